-- Who bills as much as one of the best is one of them, and whoever is best by billings is called best.
with

tiers as (

    select * from {{ ref('fct_customer_tiers') }}

),

cuts as (

    select
        month,
        min(t12m_net_billings) as least_of_best
    from tiers
    where is_best_by_billings
    group by month

)

select
    tiers.account_id,
    tiers.month,
    tiers.customer_tier,
    tiers.t12m_net_billings
from tiers
left join cuts on tiers.month = cuts.month
where
    (tiers.t12m_net_billings >= cuts.least_of_best and not tiers.is_best_by_billings)
    or (tiers.is_best_by_billings and tiers.customer_tier <> 'best')
