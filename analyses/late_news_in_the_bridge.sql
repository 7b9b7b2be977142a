-- Which late news is in the as-reported bridges of the last twelve months?
-- ppa_origin says what the amount would have been in time: late `new` is no new business of the month it stands in.
with

movements as (

    select * from {{ ref('fct_mrr_movements') }}
    where basis = 'as_reported' and prior_period_mrr <> 0

),

first_shown as (

    select {{ add_months('max(month)', -11) }} as month from {{ ref('dim_months') }}

)

select
    movements.month,
    movements.ppa_origin,
    movements.account_id,
    customers.account_name,
    movements.opening_mrr as reported_before,
    movements.prior_period_mrr,
    sum(movements.prior_period_mrr) over (partition by movements.month) as prior_period_of_the_month
from movements
inner join first_shown on movements.month >= first_shown.month
inner join {{ ref('dim_accounts') }} as customers on movements.account_id = customers.account_id
order by movements.month desc, abs(movements.prior_period_mrr) desc, movements.account_id asc
