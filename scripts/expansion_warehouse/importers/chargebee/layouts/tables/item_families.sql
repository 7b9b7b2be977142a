select
    id,
    name
from export.item_family
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
