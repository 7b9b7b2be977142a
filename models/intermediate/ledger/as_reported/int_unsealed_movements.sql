with

restated as (

    select * from {{ ref('int_account_movements') }}
    where knowledge_id = 'restated'

),

reported as (

    select * from {{ ref('int_reported_movements') }}

),

movements as (

    select
        'restated' as basis,
        knowledge_id,
        account_id,
        month,
        opening_mrr,
        delta,
        fx_mrr,
        cast(0 as decimal(18, 2)) as merge_mrr,
        cast(0 as decimal(18, 2)) as prior_period_mrr,
        closing_mrr,
        movement,
        sub_movement,
        cast(null as {{ dbt.type_string() }}) as ppa_origin
    from restated
    union all
    select
        'as_reported' as basis,
        knowledge_id,
        account_id,
        month,
        opening_mrr,
        delta,
        fx_mrr,
        merge_mrr,
        prior_period_mrr,
        closing_mrr,
        movement,
        sub_movement,
        ppa_origin
    from reported

)

select
    account_id,
    month,
    basis,
    knowledge_id,
    opening_mrr,
    delta,
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
