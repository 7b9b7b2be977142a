-- Who left in the last three months, after how long, and which products and plans did they hold at the end?
-- One row a product; churn_mrr repeats for every product of an account, mrr adds up to it.
with

churned as (

    select * from {{ ref('fct_mrr_movements') }}
    where basis = 'restated' and movement = 'churn'

),

held as (

    select * from {{ ref('fct_mrr') }}
    where basis = 'restated' and mrr > 0

),

first_shown as (

    select {{ add_months('max(month)', -2) }} as month from {{ ref('dim_months') }}

)

select
    churned.month,
    churned.account_id,
    customers.account_name,
    customers.size_band,
    {{ months_between('customers.first_paid_month', 'churned.month') }} as months_since_first_paid,
    churned.churn_mrr,
    held.product_id,
    held.plan_id,
    held.quantity,
    held.mrr
from churned
inner join first_shown on churned.month >= first_shown.month
inner join {{ ref('dim_accounts') }} as customers on churned.account_id = customers.account_id
left join held on churned.account_id = held.account_id and held.month = {{ add_months('churned.month', -1) }}
order by churned.month desc, churned.churn_mrr asc, churned.account_id asc, held.product_id asc
