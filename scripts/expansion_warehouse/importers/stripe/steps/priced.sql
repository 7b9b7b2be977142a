-- One row per line and day on which terms begin: what a whole period costs, in the smallest coins, and how many
-- units share it: by the price, else by its tiers, else by what was billed.
with tiers as (
    select
        price_id,
        coalesce(max(tiers_mode) over (partition by price_id), 'volume') as tiers_mode,
        coalesce(lag(try_cast(up_to as decimal(38, 6))) over by_position, 0) as above,
        try_cast(up_to as decimal(38, 6)) as up_to,
        coalesce(unit_amount, '0') as unit_amount,
        coalesce(flat_amount, '0') as flat_amount,
    from source.price_tiers
    window by_position as (partition by price_id order by try_cast(position as integer))
),

counted_terms as (
    select id, day, price_id, try_cast(quantity as decimal(20, 6)) as units
    from step.terms as dated_terms
),

tiered as (
    select
        counted_terms.id,
        counted_terms.day,
        added_up(less(tiers.flat_amount, negated(times(tiers.unit_amount, case tiers.tiers_mode
            when 'graduated'
                then least(counted_terms.units, coalesce(tiers.up_to, counted_terms.units)) - tiers.above
            else counted_terms.units
        end)))) as total,
    from counted_terms
    inner join tiers on counted_terms.price_id = tiers.price_id
    where
        counted_terms.units > tiers.above
        and (tiers.tiers_mode = 'graduated' or counted_terms.units <= coalesce(tiers.up_to, counted_terms.units))
    group by counted_terms.id, counted_terms.day
)

select
    dated_terms.*,
    prices.product_id as price_product_id,
    prices.billing_interval,
    prices.periods,
    prices.months,
    prices.days,
    prices.tax_behavior,
    coalesce(prices.coins, coins_of(dated_terms.currency)) as coins,
    upper(coalesce(dated_terms.currency, prices.currency)) as line_currency,
    case
        when prices.divide_by is null or try_cast(dated_terms.quantity as decimal(20, 6)) is null
            then dated_terms.quantity
        else cast(cast(case
            when coalesce(prices.rounding, 'up') = 'down'
                then floor(cast(dated_terms.quantity as double) / try_cast(prices.divide_by as integer))
            else ceil(cast(dated_terms.quantity as double) / try_cast(prices.divide_by as integer))
        end as bigint) as varchar)
    end as units,
    case
        when not prices.is_tiered and prices.unit_amount is not null then prices.unit_amount
        when try_cast(dated_terms.quantity as decimal(20, 6)) = 0 then '0'
        when tiered.total is not null then tiered.total
        when not dated_terms.is_part then dated_terms.amount
        -- A part of a period costs the same part of its price.
        else cast(cast(round(
            try_cast(dated_terms.amount as double)
            * date_diff(
                'second',
                try_cast(dated_terms.period_end as timestamp)
                - to_months(coalesce(prices.months, 0) * prices.periods)
                - to_days(coalesce(prices.days, 0) * prices.periods),
                try_cast(dated_terms.period_end as timestamp)
            )
            / nullif(date_diff(
                'second',
                try_cast(dated_terms.period_start as timestamp),
                try_cast(dated_terms.period_end as timestamp)
            ), 0)
        ) as bigint) as varchar)
    end as whole,
    case
        when not prices.is_tiered and prices.unit_amount is not null then '1'
        when try_cast(dated_terms.quantity as decimal(20, 6)) = 0 then '1'
        else dated_terms.quantity
    end as shares,
from step.terms as dated_terms
left join step.prices on dated_terms.price_id = prices.id
left join tiered on dated_terms.id = tiered.id and dated_terms.day = tiered.day
