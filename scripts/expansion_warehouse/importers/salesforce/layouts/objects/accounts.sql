with names as (
    select salesforce_id(users.id) as user_id, min(users.name) as user_name,
    from export.user as users
    group by salesforce_id(users.id)
),

accounts as (
    select
        salesforce_id(id) as id,
        Name as name,
        salesforce_id(coalesce(ParentId, parent_id)) as parent_id,
        Industry as industry,
        coalesce(NumberOfEmployees, number_of_employees) as employees,
        coalesce(BillingCountryCode, billing_country_code, BillingCountry, billing_country) as country,
        coalesce(AccountSource, account_source) as channel,
        salesforce_id(coalesce(OwnerId, owner_id)) as owner_id,
        salesforce_id(field_of(to_json(account), getvariable('csm_field'))) as csm_id,
        coalesce(CreatedDate, created_date) as created_at,
        cast(gone(coalesce(IsDeleted, is_deleted), _fivetran_deleted, _fivetran_active) as varchar) as is_deleted,
    from export.account
)

select
    accounts.* exclude (owner_id, csm_id),
    coalesce(owners.user_name, accounts.owner_id) as owner,
    coalesce(managers.user_name, accounts.csm_id) as csm,
from accounts
left join names as owners on accounts.owner_id = owners.user_id
left join names as managers on accounts.csm_id = managers.user_id
