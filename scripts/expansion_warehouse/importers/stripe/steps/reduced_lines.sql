-- One row per coupon and what it reduces: an item, all items of a subscription, or those of its products.
with targets as (
    select
        lives.id,
        lives.subscription_id,
        lives.customer_id,
        lives.trial_end,
        lives.period_end_day,
        prices.product_id,
        prices.currency,
        prices.billing_interval,
        prices.periods,
        prices.months,
        prices.days,
        row_number() over (partition by lives.subscription_id order by not lives.is_listed, lives.id) as place,
    from step.lives
    left join step.prices on lives.price_id = prices.id
    where not coalesce(prices.is_metered, false)
),

discounts as (
    select distinct on (id) *
    from source.discounts as listed
    where subscription_id is not null or subscription_item_id is not null or invoice_id is null
    order by id, listed
),

of_subscriptions as (
    select discounts.*, discounts.subscription_id as reduced_id, discounts.id as line_id
    from discounts
    where subscription_id is not null
    union all
    select
        discounts.*,
        targets.subscription_id as reduced_id,
        discounts.id as line_id,
    from discounts
    left join targets on discounts.subscription_item_id = targets.id
    where discounts.subscription_id is null and discounts.subscription_item_id is not null
    union all
    -- A customer's coupon reduces every subscription that has none of its own.
    select
        discounts.*,
        subscriptions.id as reduced_id,
        discounts.id || '/' || subscriptions.id as line_id,
    from discounts
    inner join step.subscriptions
        on
            discounts.customer_id = subscriptions.customer_id
            and subscriptions.id not in (
                select own.subscription_id from discounts as own where own.subscription_id is not null
            )
    where discounts.subscription_id is null and discounts.subscription_item_id is null
)

select
    of_subscriptions.*,
    targets.id as item_id,
    targets.customer_id as target_customer_id,
    targets.trial_end,
    targets.period_end_day,
    targets.product_id,
    targets.currency as target_currency,
    targets.billing_interval,
    targets.periods,
    targets.months,
    targets.days,
    day_in_zone(of_subscriptions.starts_at, getvariable('timezone')) as start_day,
    day_in_zone(of_subscriptions.ends_at, getvariable('timezone')) as end_day,
    of_subscriptions.subscription_item_id is not null
    or (of_subscriptions.applies_to is not null and of_subscriptions.percent_off is not null) as is_of_item,
from of_subscriptions
left join targets
    on
        of_subscriptions.reduced_id = targets.subscription_id
        and case
            when of_subscriptions.subscription_item_id is not null
                then of_subscriptions.subscription_item_id = targets.id
            when of_subscriptions.applies_to is not null and of_subscriptions.percent_off is not null
                then contains(of_subscriptions.applies_to, '"' || targets.product_id || '"')
            else targets.place = 1
        end
where of_subscriptions.reduced_id not in (select test_subscriptions.id from step.test_subscriptions)
