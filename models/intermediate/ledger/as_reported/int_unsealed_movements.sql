with

movements as (

    select * from {{ ref('int_ledger_movements') }}

)

select
    account_id,
    month,
    basis,
    opening_mrr,
    {% for class in ['new', 'expansion', 'contraction', 'churn', 'reactivation'] -%}
    cast(case when movement = '{{ class }}' then delta else 0 end as decimal(18, 2)) as {{ class }}_mrr,
    {% endfor -%}
    fx_mrr,
    merge_mrr,
    prior_period_mrr,
    closing_mrr,
    movement,
    sub_movement,
    ppa_origin
from movements
