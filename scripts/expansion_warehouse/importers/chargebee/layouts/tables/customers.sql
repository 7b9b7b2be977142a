select
    id,
    company,
    first_name,
    last_name,
    coalesce(billing_address_country, country) as country,
    channel,
    coalesce(relationship_parent_id, parent_id) as parent_id,
    created_at,
    updated_at,
    deleted
from export.customer
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
