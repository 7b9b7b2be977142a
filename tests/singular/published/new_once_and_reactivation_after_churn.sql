-- Invariant 7: an account is new once; it returns only after it left; it leaves only with something to lose.
with

movements as (

    select * from {{ ref('fct_mrr_movements') }}
    where basis = 'restated'

),

twice_new as (

    select
        account_id,
        max(month) as month
    from movements
    where movement = 'new'
    group by account_id
    having count(*) > 1

),

returned_without_leaving as (

    select
        comebacks.account_id,
        comebacks.month
    from movements as comebacks
    left join movements as losses
        on
            comebacks.account_id = losses.account_id
            and comebacks.month > losses.month
            and losses.movement = 'churn'
    where comebacks.movement = 'reactivation'
    group by comebacks.account_id, comebacks.month
    having count(losses.account_id) = 0

),

left_with_nothing as (

    select
        account_id,
        month
    from movements
    where churn_mrr <> 0 and opening_mrr + fx_mrr <= 0

)

select * from twice_new
union all
select * from returned_without_leaving
union all
select * from left_with_nothing
