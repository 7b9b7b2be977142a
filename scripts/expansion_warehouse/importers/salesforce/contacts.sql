-- One row per person with a role.
select
    id as contact_id,
    account_id,
    name as person_name,
    strongest_role(roles, getvariable('contact_roles'), getvariable('contact_role')) as role,
    case when opted_out is not null then cast(said_yes(opted_out) as varchar) end as do_not_contact,
from source.contacts
where
    not said_yes(is_deleted)
    and strongest_role(roles, getvariable('contact_roles'), getvariable('contact_role')) is not null
order by all
