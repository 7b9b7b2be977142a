-- Prices and, of older accounts, plans; then those that only stand inside of items and invoice lines.
with every as (
    select id, price from step.listed_prices as listed
    union all
    select id, min(price) as price
    from step.nested_prices as found
    where id not in (select listed.id from step.listed_prices as listed where listed.id is not null)
    group by id
)

select
    id,
    price ->> '$.product' as product_id,
    price ->> '$.nickname' as nickname,
    price ->> '$.currency' as currency,
    price ->> '$.unit_amount' as unit_amount,
    price ->> '$.billing_scheme' as billing_scheme,
    price ->> '$.interval' as billing_interval,
    price ->> '$.interval_count' as interval_count,
    price ->> '$.usage_type' as usage_type,
    price ->> '$.divide_by' as divide_by,
    price ->> '$.round' as rounding,
    price ->> '$.tax_behavior' as tax_behavior,
    price ->> '$.active' as active,
    price ->> '$.tier_rank' as tier_rank,
    price ->> '$.livemode' as livemode,
from every
