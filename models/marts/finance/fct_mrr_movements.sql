with

movements as (

    select * from {{ ref('int_account_movements') }}
    where knowledge_id = 'restated'

)

select
    account_id,
    month,
    'restated' as basis,
    opening_mrr,
    {% for class in ['new', 'expansion', 'contraction', 'churn', 'reactivation'] -%}
    cast(case when movement = '{{ class }}' then delta else 0 end as decimal(18, 2)) as {{ class }}_mrr,
    {% endfor -%}
    fx_mrr,
    cast(0 as decimal(18, 2)) as merge_mrr,
    cast(0 as decimal(18, 2)) as prior_period_mrr,
    closing_mrr,
    movement,
    sub_movement
from movements
