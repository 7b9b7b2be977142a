-- Of several companies the primary one (association type 1), else the smallest id.
with companies as (
    select
        contact_id,
        coalesce(min(company_id) filter (type_id = '1'), min(company_id)) as company_id,
    from export.contact_company
    group by contact_id
)

select
    contact.id,
    coalesce(contact.property_associatedcompanyid, contact.associatedcompanyid, companies.company_id) as account_id,
    nullif(trim(concat_ws(
        ' ',
        coalesce(contact.property_firstname, contact.firstname),
        coalesce(contact.property_lastname, contact.lastname)
    )), '') as name,
    coalesce(contact.property_hs_buying_role, contact.hs_buying_role) as roles,
    coalesce(contact.property_hs_email_optout, contact.hs_email_optout) as opted_out,
    cast(gone(coalesce(contact.is_deleted, contact.archived), contact._fivetran_deleted, null) as varchar)
        as is_deleted,
from export.contact as contact
left join companies on contact.id = companies.contact_id
