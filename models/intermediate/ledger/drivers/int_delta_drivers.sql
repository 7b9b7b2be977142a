with

changes as (

    select * from {{ ref('int_product_deltas') }}

),

seat_effects as (

    select * from {{ ref('int_seat_effects') }}

),

movements as (

    select * from {{ ref('int_account_movements') }}

),

products as (

    select * from {{ ref('int_products') }}

),

successions as (

    select * from {{ ref('int_product_successions') }}

),

described as (

    select
        changes.*,
        movements.movement,
        movements.sub_movement,
        movements.opening_at_rate as account_opening,
        movements.closing_mrr as account_closing,
        products.is_add_on,
        successions.shown_product_id,
        changes.part = 'held' and successions.product_id is not null as is_succession,
        seat_effects.has_new_plan,
        seat_effects.has_new_term,
        seat_effects.has_new_list_price,
        seat_effects.has_new_price,
        seat_effects.rate_amount,
        coalesce(seat_effects.seats_amount, 0) as seats_amount,
        coalesce(seat_effects.seats_at_next_rate, 0) as seats_at_next_rate
    from changes
    inner join movements
        on
            changes.knowledge_id = movements.knowledge_id
            and changes.account_id = movements.account_id
            and changes.month = movements.month
    inner join products on changes.product_id = products.product_id
    left join successions
        on
            changes.knowledge_id = successions.knowledge_id
            and changes.account_id = successions.account_id
            and changes.product_id = successions.product_id
            and changes.month = successions.month
    left join seat_effects
        on
            changes.knowledge_id = seat_effects.knowledge_id
            and changes.account_id = seat_effects.account_id
            and changes.product_id = seat_effects.product_id
            and changes.month = seat_effects.month
            and changes.part = 'held'

)

select
    knowledge_id,
    account_id,
    product_id,
    month,
    part,
    case when is_succession then shown_product_id else product_id end as shown_product_id,
    {{ driver_of_change() }} as driver,
    seats_amount,
    seats_at_next_rate,
    cast(closing_mrr - opening_at_rate - seats_amount as decimal(18, 2)) as rest_amount,
    cast(closing_at_next_rate - opening_at_next_rate - seats_at_next_rate as decimal(18, 2)) as rest_at_next_rate,
    agreed_on
from described
