select
    id,
    name,
    description,
    email,
    address__country as country,
    as_moment(created) as created,
    lower(cast(livemode as varchar)) as livemode,
from export.customers
