-- One row per line and day on which terms begin, with the price of a unit and whether anything is new: a period on
-- the terms of the one before needs no version.
with divided_up as (
    select
        *,
        divided(whole, times(shares, coins)) as average,
    from step.priced
),

-- An average that was cut off would lose the coin of a month that ends in half of one: it is the next one above.
averaged as (
    select
        *,
        case
            when
                shares <> '1'
                and try_cast(times(average, times(shares, coins)) as decimal(38, 12))
                < try_cast(whole as decimal(38, 12))
                then cast(cast(average as decimal(38, 12)) + 0.000000000001 as varchar)
            else average
        end as unit_price,
    from divided_up
)

select
    *,
    lag(day) over by_day is null
    or lag(price_id) over by_day is distinct from price_id
    or lag(units) over by_day is distinct from units
    or lag(unit_price) over by_day is distinct from unit_price
    or lag(is_trial) over by_day is distinct from is_trial as is_change,
    lag(day) over by_day is null as is_first,
from averaged
window by_day as (partition by id order by day)
