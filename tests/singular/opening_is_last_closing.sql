-- Invariant 2: the opening of a month is the closing of the month before, and no month is missing.
with

movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

months as (

    select * from {{ ref('dim_months') }}

),

last_month as (

    select max(month) as month from months

),

broken as (

    select
        movements.account_id,
        movements.month
    from movements
    left join movements as earlier
        on
            movements.account_id = earlier.account_id
            and movements.basis = earlier.basis
            and movements.month = {{ add_months('earlier.month', 1) }}
    where movements.opening_mrr <> coalesce(earlier.closing_mrr, 0)

),

incomplete as (

    select
        movements.account_id,
        max(movements.month) as month
    from movements
    cross join last_month
    group by movements.account_id, movements.basis, last_month.month
    having
        count(*) <> {{ months_between('min(movements.month)', 'last_month.month') }} + 1

)

select * from broken
union all
select * from incomplete
