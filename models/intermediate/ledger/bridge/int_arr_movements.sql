{%- set classes = ['new', 'expansion', 'contraction', 'churn', 'reactivation'] -%}
with

movements as (

    select * from {{ ref('int_unsealed_movements') }}

),

-- What an account pays a year, as long as it pays.
published as (

    select
        account_id,
        month,
        basis,
        sum(arr) as arr
    from {{ ref('int_published_mrr') }}
    group by account_id, month, basis
    having sum(mrr) > 0

),

both_ends as (

    select
        movements.basis,
        movements.account_id,
        movements.month,
        movements.movement,
        coalesce(opened.arr, 0) as opening_arr,
        coalesce(closed.arr, 0) as closing_arr,
        12 * movements.fx_mrr as fx_arr,
        12 * movements.merge_mrr as merge_arr,
        12 * movements.prior_period_mrr as prior_period_arr
    from movements
    left join published as opened
        on
            movements.basis = opened.basis
            and movements.account_id = opened.account_id
            and movements.month = {{ add_months('opened.month', 1) }}
    left join published as closed
        on
            movements.basis = closed.basis
            and movements.account_id = closed.account_id
            and movements.month = closed.month

),

-- What is left over is the movement's; without one, that of late news or of a new rate, and else it is rounding.
left_over as (

    select
        *,
        closing_arr - opening_arr - fx_arr - merge_arr - prior_period_arr as rest,
        case
            when movement <> 'flat' then movement
            when prior_period_arr <> 0 then 'prior_period'
            when fx_arr <> 0 then 'fx'
            else 'rounding'
        end as takes_rest
    from both_ends

)

select
    basis,
    account_id,
    month,
    cast(opening_arr as decimal(21, 3)) as opening_arr,
    {% for class in classes + ['rounding'] -%}
    cast(case when takes_rest = '{{ class }}' then rest else 0 end as decimal(21, 3)) as {{ class }}_arr,
    {% endfor -%}
    cast(fx_arr + case when takes_rest = 'fx' then rest else 0 end as decimal(21, 3)) as fx_arr,
    cast(merge_arr as decimal(21, 3)) as merge_arr,
    cast(
        prior_period_arr + case when takes_rest = 'prior_period' then rest else 0 end as decimal(21, 3)
    ) as prior_period_arr,
    cast(closing_arr as decimal(21, 3)) as closing_arr
from left_over
where opening_arr <> 0 or closing_arr <> 0 or fx_arr <> 0 or merge_arr <> 0 or prior_period_arr <> 0
