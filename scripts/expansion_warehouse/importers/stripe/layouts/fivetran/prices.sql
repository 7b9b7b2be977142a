-- Prices, and plans of older accounts that are no prices.
select
    id,
    product_id,
    nickname,
    currency,
    coalesce(cast(unit_amount_decimal as varchar), cast(unit_amount as varchar)) as unit_amount,
    billing_scheme,
    recurring_interval as billing_interval,
    cast(recurring_interval_count as varchar) as interval_count,
    recurring_usage_type as usage_type,
    cast(transform_quantity_divide_by as varchar) as divide_by,
    transform_quantity_round as rounding,
    tax_behavior,
    lower(cast(active as varchar)) as active,
    try(cast(metadata as varchar) ->> '$.tier_rank') as tier_rank,
    lower(cast(livemode as varchar)) as livemode,
from export.price
union all
select
    id,
    product_id,
    nickname,
    currency,
    cast(amount as varchar) as unit_amount,
    billing_scheme,
    "interval" as billing_interval,
    cast(interval_count as varchar) as interval_count,
    usage_type,
    cast(transform_usage_divide_by as varchar) as divide_by,
    transform_usage_round as rounding,
    cast(null as varchar) as tax_behavior,
    lower(cast(active as varchar)) as active,
    try(cast(metadata as varchar) ->> '$.tier_rank') as tier_rank,
    lower(cast(livemode as varchar)) as livemode,
from export.plan
where id not in (select price.id from export.price as price where price.id is not null)
