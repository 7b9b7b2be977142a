-- Did customers that stay pay more because they use more, or because it costs more?
-- Volume is seats; price is what the same seats cost by price, plan, term and discounts; products come or go beside it.
with

drivers as (

    select * from {{ ref('fct_mrr_drivers') }}
    where basis = 'restated'

),

first_shown as (

    select {{ add_months('max(month)', -11) }} as month from {{ ref('dim_months') }}

)

select
    drivers.month,
    sum(case when drivers.driver = 'seats' then drivers.amount else 0 end) as volume_mrr,
    sum(case when drivers.driver in ('price', 'term_conversion') then drivers.amount else 0 end) as price_mrr,
    sum(case when drivers.driver = 'plan' then drivers.amount else 0 end) as plan_mrr,
    sum(case when drivers.driver in ('discount_expiry', 'discount_added') then drivers.amount else 0 end)
        as discount_mrr,
    sum(case when drivers.driver in ('add_on', 'cross_sell', 'product_drop') then drivers.amount else 0 end)
        as products_mrr,
    sum(case when drivers.driver in ('pause', 'resume') then drivers.amount else 0 end) as pauses_mrr,
    count(distinct case when drivers.is_upsell_win then drivers.account_id end) as accounts_won
from drivers
inner join first_shown on drivers.month >= first_shown.month
where drivers.driver not in ('new', 'reactivation', 'churn', 'fx')
group by drivers.month
order by drivers.month desc
