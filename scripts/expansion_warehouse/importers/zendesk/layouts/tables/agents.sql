select
    id,
    external_id
from export."user"
where
    role in ('agent', 'admin')
    and coalesce(lower(_fivetran_deleted), 'false') <> 'true'
