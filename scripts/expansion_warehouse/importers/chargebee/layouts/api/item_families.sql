select
    coalesce(item_family ->> 'id', id) as id,
    coalesce(item_family ->> 'name', name) as name
from export.item_families
