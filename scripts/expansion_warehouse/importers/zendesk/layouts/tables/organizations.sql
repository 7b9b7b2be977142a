select
    id,
    name,
    external_id,
    created_at,
    updated_at
from export.organization
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
