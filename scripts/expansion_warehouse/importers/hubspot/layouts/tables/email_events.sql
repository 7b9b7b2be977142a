with people as (
    select
        lower(coalesce(contact.property_email, contact.email)) as email,
        min(contacts.account_id) as account_id,
    from export.contact as contact
    left join source.contacts as contacts on contact.id = contacts.id
    where coalesce(contact.property_email, contact.email) is not null
    group by lower(coalesce(contact.property_email, contact.email))
)

select
    email_event.id,
    people.account_id,
    upper(email_event.type) as type,
    email_event.created as occurred_at,
    cast(email_event.filtered_event as varchar) as is_filtered,
from export.email_event as email_event
left join people on lower(email_event.recipient) = people.email
