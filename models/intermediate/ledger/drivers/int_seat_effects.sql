with

changes as (

    select * from {{ ref('int_product_deltas') }}
    where part = 'held' and opening_at_rate > 0 and closing_mrr > 0

),

prices as (

    select * from {{ ref('int_product_prices') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

compared as (

    select
        changes.*,
        prices.opening_quantity,
        prices.closing_quantity,
        prices.has_new_plan,
        prices.has_new_term,
        prices.has_new_list_price,
        prices.has_new_price,
        changes.closing_mrr - changes.opening_at_rate as delta,
        changes.closing_at_next_rate - changes.opening_at_next_rate as delta_at_next_rate
    from changes
    inner join prices
        on
            changes.knowledge_id = prices.knowledge_id
            and changes.account_id = prices.account_id
            and changes.product_id = prices.product_id
            and changes.month = prices.month

),

-- Units at the old price come first; where a unit costs what it did, rounding belongs to them too.
measured as (

    select
        compared.*,
        {{ seats_amount('opening_at_rate', 'delta') }} as seats_amount,
        {{ seats_amount('opening_at_next_rate', 'delta_at_next_rate') }} as seats_at_next_rate
    from compared
    cross join reporting

)

select
    knowledge_id,
    account_id,
    product_id,
    month,
    has_new_plan,
    has_new_term,
    has_new_list_price,
    has_new_price,
    seats_amount,
    seats_at_next_rate,
    cast(delta - seats_amount as decimal(18, 2)) as rate_amount
from measured
