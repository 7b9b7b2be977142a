-- Invariant 2: the opening of a month is the closing of the month before, and no month is missing. As reported, an
-- account that was merged away has no rows any more once it closed at nothing.
with

movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

last_month as (

    select max(month) as month from {{ ref('dim_months') }}

),

broken as (

    select
        movements.account_id,
        movements.basis,
        movements.month
    from movements
    left join movements as earlier
        on
            movements.account_id = earlier.account_id
            and movements.basis = earlier.basis
            and movements.month = {{ add_months('earlier.month', 1) }}
    where movements.opening_mrr <> coalesce(earlier.closing_mrr, 0)

),

cut_off as (

    select
        movements.account_id,
        movements.basis,
        movements.month
    from movements
    cross join last_month
    left join movements as later
        on
            movements.account_id = later.account_id
            and movements.basis = later.basis
            and movements.month = {{ add_months('later.month', -1) }}
    where
        movements.month < last_month.month
        and later.month is null
        and (movements.closing_mrr <> 0 or movements.basis = 'restated')

)

select * from broken
union all
select * from cut_off
