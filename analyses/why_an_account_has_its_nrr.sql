-- Why is this account's 12-month NRR 0.83? Read downwards: what it was published with at the opening, what lies between
-- that and the opening of retention, what came and went, and every driver behind it, month by month (at its own day).
-- The account is the one of the last month whose NRR is nearest to 0.83: put your own in its place. The drivers are of
-- each month's own rate; where the rate of the year is another one by the closing, `fx` is the difference.
with

retention as (

    select * from {{ ref('fct_account_retention') }}
    where basis = 'restated' and retention_window = '12m'

),

latest as (

    select max(month) as month from retention

),

asked as (

    select retention.*
    from retention
    inner join latest on retention.month = latest.month
    order by abs(retention.nrr - 0.83), retention.account_id
    limit 1

),

steps as (

    {% for place, step, month, amount in [
        (1, 'published at the opening', 'opening_month', 'published_opening_mrr'),
        (2, 'became known since', 'opening_month', 'restatement_mrr'),
        (3, 'currency', 'opening_month', 'fx_mrr'),
        (4, 'lines that changed their owner', 'opening_month', 'transferred_mrr'),
        (5, 'opening', 'opening_month', 'opening_mrr'),
        (6, 'expansion', 'month', 'expansion_mrr'),
        (7, 'contraction', 'month', 'contraction_mrr'),
        (8, 'churn', 'month', 'churn_mrr'),
        (9, 'came back', 'month', 'returned_mrr'),
        (10, 'closing', 'month', 'closing_mrr'),
    ] -%}
    select
        {{ place }} as place,
        '{{ step }}' as step,
        {{ month }} as month,
        cast(null as {{ dbt.type_string() }}) as product_id,
        {{ amount }} as amount
    from asked
    union all
    {% endfor -%}
    select
        11 as place,
        'driver: ' || drivers.driver as step,
        drivers.month,
        drivers.product_id,
        drivers.amount
    from {{ ref('fct_mrr_drivers') }} as drivers
    inner join asked
        on
            drivers.account_id = asked.account_id
            and drivers.basis = asked.basis
            and asked.opening_month < drivers.month
            and asked.month >= drivers.month

)

select
    asked.account_id,
    asked.nrr,
    asked.explanation,
    steps.step,
    steps.month,
    steps.product_id,
    steps.amount
from steps
cross join asked
order by steps.place asc, steps.month asc, steps.product_id asc, steps.step asc
