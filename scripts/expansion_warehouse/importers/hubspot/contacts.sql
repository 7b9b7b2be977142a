-- One row per person with a role.
select
    id as contact_id,
    account_id,
    name as person_name,
    role_of(roles) as role,
    case when opted_out is not null then cast(said_yes(opted_out) as varchar) end as do_not_contact,
from source.contacts
where not said_yes(is_deleted) and role_of(roles) is not null
order by all
