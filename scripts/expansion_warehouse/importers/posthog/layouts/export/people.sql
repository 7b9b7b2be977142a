-- One row per user_id as the events name it: a distinct id, or the person to whom several belong.
with named as (
    select
        case when getvariable('user') = 'person_id' then person_id else distinct_id end as user_id,
        lower(try_cast(properties as json) ->> 'email') as email,
    from export.persons
),

people as (
    select
        user_id,
        max(email) as email,
    from named
    where user_id is not null
    group by user_id
)

select
    user_id,
    case
        when is_listed(user_id, getvariable('service_users')) then 'service'
        when is_listed(split_part(email, '@', 2), getvariable('internal_domains')) then 'internal'
        else 'person'
    end as kind,
from people
