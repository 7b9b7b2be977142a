-- Everybody who was identified: the table of users, and who is only in the calls.
with identified as (
    select
        id as user_id,
        email,
        1 as rank,
    from export.users
    union all
    select
        user_id,
        email,
        2 as rank,
    from export.identifies
    where user_id is not null
),

people as (
    select
        user_id,
        coalesce(max(email) filter (rank = 1), max(email)) as email,
    from identified
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
