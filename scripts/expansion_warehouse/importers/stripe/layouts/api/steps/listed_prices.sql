-- One row per price and, of older accounts, per plan of the lists, as JSON of one form.
select
    id,
    json_object(
        'product', coalesce(try(product ->> '$.id'), product),
        'nickname', nickname,
        'currency', currency,
        'unit_amount', coalesce(cast(unit_amount_decimal as varchar), cast(unit_amount as varchar)),
        'billing_scheme', billing_scheme,
        'interval', try(cast(recurring as varchar) ->> '$.interval'),
        'interval_count', try(cast(recurring as varchar) ->> '$.interval_count'),
        'usage_type', try(cast(recurring as varchar) ->> '$.usage_type'),
        'divide_by', try(cast(transform_quantity as varchar) ->> '$.divide_by'),
        'round', try(cast(transform_quantity as varchar) ->> '$.round'),
        'tax_behavior', tax_behavior,
        'active', lower(cast(active as varchar)),
        'tier_rank', try(cast(metadata as varchar) ->> '$.tier_rank'),
        'livemode', lower(cast(livemode as varchar))
    ) as price,
from export.prices
union all
select
    id,
    json_object(
        'product', coalesce(try(product ->> '$.id'), product),
        'nickname', nickname,
        'currency', currency,
        'unit_amount', coalesce(cast(amount_decimal as varchar), cast(amount as varchar)),
        'billing_scheme', billing_scheme,
        'interval', "interval",
        'interval_count', cast(interval_count as varchar),
        'usage_type', usage_type,
        'divide_by', try(cast(transform_usage as varchar) ->> '$.divide_by'),
        'round', try(cast(transform_usage as varchar) ->> '$.round'),
        'tax_behavior', null,
        'active', lower(cast(active as varchar)),
        'tier_rank', try(cast(metadata as varchar) ->> '$.tier_rank'),
        'livemode', lower(cast(livemode as varchar))
    ) as price,
from export.plans
where id not in (select prices.id from export.prices as prices where prices.id is not null)
