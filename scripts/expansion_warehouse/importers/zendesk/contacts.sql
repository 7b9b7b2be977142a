with

organizations as (

    select
        id,
        max_by(account_of(id, external_id), (coalesce(as_moment(updated_at), ''), external_id)) as account_id
    from source.organizations
    group by id

)

select
    people.id as contact_id,
    coalesce(organizations.account_id, people.organization_id) as account_id,
    people.external_id as user_id,
    case when coalesce(lower(people.permanently_deleted), 'false') <> 'true' then people.name end as person_name,
    'user' as role,
    -- Zendesk says that somebody was removed, not when: it was by the last change.
    case when lower(people.active) = 'false' then as_day(substr(as_moment(people.updated_at), 1, 10)) end as left_on,
    case when lower(people.permanently_deleted) = 'true' then as_moment(people.updated_at) end as erased_at,
    case when count(*) over (partition by people.id) > 1 then as_moment(people.updated_at) end as recorded_at
from source.end_users as people
left join organizations on people.organization_id = organizations.id
order by all
