-- One row per price: its period, and the coins of its currency. Lines, coupons and invoices look it up.
select
    prices.*,
    coalesce(usage_type, 'licensed') = 'metered' as is_metered,
    coalesce(billing_scheme, 'per_unit') = 'tiered' as is_tiered,
    coins_of(currency) as coins,
    coalesce(try_cast(interval_count as integer), 1) as periods,
    case billing_interval when 'month' then 1 when 'year' then 12 end as months,
    case billing_interval when 'week' then 7 when 'day' then 1 end as days,
from (
    select distinct on (id) *
    from source.prices as listed
    order by id, listed
) as prices
