-- One row per price. Stripe has no ladder of plans: a price of 0 is the free rank, `tier_rank` in the metadata of a
-- price says another one, and else it is 1. A list price per seat is only that of a product whose unit is a person.
with units as (
    select
        id,
        case
            when regexp_full_match(lower(trim(min(unit_label))), '(seat|user|member|person|people|licen[cs]e|agent)s?')
                then 'seat'
            else lower(trim(min(unit_label)))
        end as unit,
    from source.products
    group by id
),

priced as (
    select
        prices.id,
        prices.product_id,
        prices.nickname,
        prices.currency,
        prices.active,
        prices.tier_rank,
        units.unit,
        coalesce(prices.billing_scheme, 'per_unit') = 'per_unit'
        and coalesce(prices.usage_type, 'licensed') = 'licensed'
        and prices.divide_by is null as is_per_unit,
        case prices.billing_interval when 'month' then 1 when 'year' then 12 end as months,
        coalesce(prices.interval_count, '1') as interval_count,
        divided(prices.unit_amount, coins_of(prices.currency)) as unit_price,
    from source.prices as prices
    left join units on prices.product_id = units.id
    where coalesce(prices.livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep'
)

select
    id as plan_id,
    product_id,
    nickname as plan_name,
    case
        when tier_rank is not null then tier_rank
        when is_per_unit and unit_price = '0' then '0'
        else '1'
    end as tier_rank,
    case
        when is_per_unit and unit = 'seat' and months is not null
            then rounded_money(divided(unit_price, times(interval_count, cast(months as varchar))))
    end as list_price_per_seat_month,
    case
        when is_per_unit and unit = 'seat' and months is not null then upper(currency)
    end as currency,
    unit,
    active as is_public,
from priced
order by plan_id, product_id, plan_name, tier_rank
