with

changes as (

    select * from {{ ref('int_product_changes') }}

),

movements as (

    select * from {{ ref('int_account_movements') }}

),

products as (

    select * from {{ ref('int_products') }}

),

reporting as (

    select minor_unit_digits from {{ ref('currencies') }}
    where currency = '{{ setting("reporting_currency") }}'

),

-- A product that gives way to its mapped successor in the same month is one change of plan, shown on the successor.
successions as (

    select
        leaving.knowledge_id,
        leaving.account_id,
        leaving.month,
        leaving.product_id as old_product_id,
        coming.product_id as new_product_id
    from changes as leaving
    inner join products on leaving.product_id = products.product_id
    inner join changes as coming
        on
            leaving.knowledge_id = coming.knowledge_id
            and leaving.account_id = coming.account_id
            and leaving.month = coming.month
            and products.successor_product_id = coming.product_id
    where
        leaving.opening_at_rate > 0 and not leaving.is_in_force
        and coming.closing_mrr > 0 and not coming.was_in_force

),

-- Several products may have the same successor.
taken_over as (

    select distinct
        knowledge_id,
        account_id,
        month,
        new_product_id
    from successions

),

described as (

    select
        changes.*,
        movements.movement,
        movements.sub_movement,
        movements.opening_at_rate as account_opening,
        movements.closing_mrr as account_closing,
        products.is_add_on,
        coalesce(moved_on.new_product_id, changes.product_id) as shown_product_id,
        moved_on.new_product_id is not null or taken_over.new_product_id is not null as is_succession,
        changes.closing_mrr - changes.opening_at_rate as delta,
        cast({{ round_to_minor_unit(volume_effect(), 'reporting.minor_unit_digits') }} as decimal(18, 2))
            as seats_amount
    from changes
    inner join movements
        on
            changes.knowledge_id = movements.knowledge_id
            and changes.account_id = movements.account_id
            and changes.month = movements.month
    inner join products on changes.product_id = products.product_id
    left join successions as moved_on
        on
            changes.knowledge_id = moved_on.knowledge_id
            and changes.account_id = moved_on.account_id
            and changes.month = moved_on.month
            and changes.product_id = moved_on.old_product_id
    left join taken_over
        on
            changes.knowledge_id = taken_over.knowledge_id
            and changes.account_id = taken_over.account_id
            and changes.month = taken_over.month
            and changes.product_id = taken_over.new_product_id
    cross join reporting

),

named as (

    select
        *,
        {{ driver_of_change() }} as driver
    from described

),

-- Within a product that stays, the units at the old price come first; what is left is the rate.
volumes as (

    select
        *,
        'seats' as part_driver,
        seats_amount as amount
    from named
    where driver in ('plan', 'price', 'discount_expiry', 'discount_added', 'term_conversion') and not is_succession

),

rates as (

    select
        *,
        driver as part_driver,
        delta - seats_amount as amount
    from named
    where driver in ('plan', 'price', 'discount_expiry', 'discount_added', 'term_conversion') and not is_succession

),

wholes as (

    select
        *,
        driver as part_driver,
        delta as amount
    from named
    where driver not in ('plan', 'price', 'discount_expiry', 'discount_added', 'term_conversion') or is_succession

),

revaluations as (

    select
        *,
        'fx' as part_driver,
        opening_at_rate - opening_mrr as amount
    from named

),

parts as (

    select * from volumes
    union all
    select * from rates
    union all
    select * from wholes
    union all
    select * from revaluations

)

select
    knowledge_id,
    account_id,
    shown_product_id as product_id,
    month,
    part_driver as driver,
    cast(sum(amount) as decimal(18, 2)) as amount,
    max(agreed_on) as agreed_on
from parts
where amount <> 0
group by knowledge_id, account_id, shown_product_id, month, part_driver
having sum(amount) <> 0
