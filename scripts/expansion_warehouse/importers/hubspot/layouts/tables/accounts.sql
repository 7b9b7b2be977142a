with owners as (
    select
        coalesce(owner_id, id) as id,
        min(coalesce(nullif(trim(concat_ws(' ', first_name, last_name)), ''), email)) as owner_name,
    from export.owner
    group by coalesce(owner_id, id)
),

companies as (
    select
        id,
        coalesce(property_name, name) as name,
        coalesce(property_hs_parent_company_id, hs_parent_company_id) as parent_id,
        coalesce(property_industry, industry) as industry,
        coalesce(property_numberofemployees, numberofemployees) as employees,
        coalesce(property_country, country) as country,
        coalesce(property_hs_analytics_source, hs_analytics_source) as channel,
        coalesce(property_hubspot_owner_id, hubspot_owner_id) as owner_id,
        coalesce(property_createdate, createdate) as created_at,
        cast(gone(coalesce(is_deleted, archived), _fivetran_deleted, null) as varchar) as is_deleted,
    from export.company
)

select
    companies.* exclude (owner_id),
    coalesce(owners.owner_name, companies.owner_id) as owner,
from companies
left join owners on companies.owner_id = owners.id
