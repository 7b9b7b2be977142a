select
    id,
    name,
    description,
    email,
    try(cast(address as varchar) ->> '$.country') as country,
    as_moment(created) as created,
    lower(cast(livemode as varchar)) as livemode,
from export.customers
