with roles as (
    select
        salesforce_id(coalesce(ContactId, contact_id)) as contact_id,
        string_agg(distinct Role, ';' order by Role) as roles,
    from export.opportunity_contact_role
    where not said_yes(coalesce(IsDeleted, is_deleted))
    group by salesforce_id(coalesce(ContactId, contact_id))
),

contacts as (
    select
        salesforce_id(id) as id,
        salesforce_id(coalesce(AccountId, account_id)) as account_id,
        coalesce(
            Name, nullif(trim(concat_ws(' ', coalesce(FirstName, first_name), coalesce(LastName, last_name))), '')
        ) as name,
        coalesce(HasOptedOutOfEmail, has_opted_out_of_email) as opted_out,
        cast(gone(coalesce(IsDeleted, is_deleted), _fivetran_deleted, _fivetran_active) as varchar) as is_deleted,
    from export.contact
)

select
    contacts.*,
    roles.roles,
from contacts
left join roles on contacts.id = roles.contact_id
