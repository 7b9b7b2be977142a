select
    id,
    organization_id,
    external_id,
    name,
    active,
    permanently_deleted,
    created_at,
    updated_at
from export."user"
where
    coalesce(role, 'end-user') not in ('agent', 'admin')
    and coalesce(lower(_fivetran_deleted), 'false') <> 'true'
