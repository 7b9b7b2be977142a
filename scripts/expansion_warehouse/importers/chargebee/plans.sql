with

items as (

    select
        id,
        min(item_family_id) as family_id,
        min(type) as type,
        min(unit) as unit,
        max(try_cast(tier_rank as integer)) as stated_rank
    from source.items
    group by id

),

prices as (

    select
        item_prices.*,
        coalesce(items.family_id, item_prices.item_family_id) as family_id,
        items.stated_rank,
        items.unit,
        coalesce(items.type, item_prices.item_type) as type,
        case item_prices.period_unit
            when 'month' then item_prices.period
            when 'year' then times(item_prices.period, '12')
        end as months
    from source.item_prices
    left join items on item_prices.item_id = items.id

),

monthly as (

    select
        *,
        divided(price, months) as monthly_price
    from prices

),

-- The dearer a plan is beside the plans of its family in one currency, the higher its rung; free is 0.
rungs as (

    select
        item_id,
        currency,
        case
            when max(try_cast(monthly_price as decimal(38, 12))) = 0 then 0
            else least(20, dense_rank() over (
                partition by family_id, currency, max(try_cast(monthly_price as decimal(38, 12))) = 0
                order by min(try_cast(monthly_price as decimal(38, 12)))
            ))
        end as rung
    from monthly
    where type = 'plan' and monthly_price is not null and family_id is not null
    group by item_id, currency, family_id

),

ranks as (

    select
        item_id,
        min(rung) as rung
    from rungs
    group by item_id

)

select
    monthly.id as plan_id,
    case
        when monthly.type = 'plan' or monthly.item_id is null
            then coalesce(monthly.family_id, getvariable('product_id'))
        else monthly.item_id
    end as product_id,
    coalesce(monthly.name, monthly.id) as plan_name,
    coalesce(
        monthly.stated_rank,
        ranks.rung,
        case when try_cast(monthly.price as decimal(38, 12)) = 0 then 0 else 1 end
    ) as tier_rank,
    monthly.monthly_price as list_price_per_seat_month,
    upper(monthly.currency) as currency,
    case monthly.pricing_model when 'flat_fee' then 'flat' else monthly.unit end as unit,
    coalesce(monthly.status, 'active') = 'active' as is_public
from monthly
left join ranks on monthly.item_id = ranks.item_id
order by all
