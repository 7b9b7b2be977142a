select
    id,
    name,
    unit_label,
    lower(cast(livemode as varchar)) as livemode,
from export.products
