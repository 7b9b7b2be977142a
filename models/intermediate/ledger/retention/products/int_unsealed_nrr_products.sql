{%- set keys = ['basis', 'month', 'retention_window', 'product_id'] -%}
with

ends as (

    select * from {{ ref('int_product_ends') }}

),

moves as (

    select * from {{ ref('int_product_moves') }}

),

told as (

    select
        ends.*,
        ends.opening_mrr > 0 as is_held,
        coalesce(moves.moved_in_mrr, 0) as moved_in_mrr,
        coalesce(moves.moved_out_mrr, 0) as moved_out_mrr
    from ends
    left join moves
        on
            ends.basis = moves.basis
            and ends.account_id = moves.account_id
            and ends.product_id = moves.product_id
            and ends.retention_window = moves.retention_window
            and ends.month = moves.month

),

summed as (

    select
        {{ keys | join(',\n        ') }},
        {% for column, amount in {
            'opening_mrr': 'opening_mrr',
            'expansion_mrr': 'case when is_held then gained_mrr else 0 end',
            'contraction_mrr': 'case when is_retained then -lost_mrr else 0 end',
            'churn_mrr': 'case when is_retained then 0 else -lost_mrr end',
            'closing_mrr': 'case when is_held then closing_mrr else 0 end',
            'kept_mrr': 'opening_mrr - lost_mrr',
            'kept_with_moves_mrr': 'opening_mrr - lost_mrr + moved_out_mrr',
            'entered_mrr': 'case when is_held then 0 else closing_mrr end',
            'moved_in_mrr': 'moved_in_mrr',
            'moved_out_mrr': 'moved_out_mrr',
        }.items() -%}
        cast(sum({{ amount }}) as decimal(19, 3)) as {{ column }},
        {% endfor -%}
        {% for column, condition in {
            'opening_accounts': 'is_held',
            'retained_accounts': 'is_held and is_retained',
            'entered_accounts': 'not is_held',
        }.items() -%}
        cast(sum(case when {{ condition }} then 1 else 0 end) as integer) as {{ column }},
        {% endfor -%}
        cast(sum(case when moved_out_mrr > 0 then 1 else 0 end) as integer) as moving_accounts
    from told
    group by {{ keys | join(', ') }}

)

select
    month,
    retention_window,
    product_id,
    basis,
    opening_mrr,
    expansion_mrr,
    contraction_mrr,
    churn_mrr,
    closing_mrr,
    kept_mrr,
    kept_with_moves_mrr,
    entered_mrr,
    moved_in_mrr,
    moved_out_mrr,
    opening_accounts,
    retained_accounts,
    entered_accounts,
    moving_accounts,
    {{ ratio('closing_mrr', 'opening_mrr') }} as nrr,
    {{ ratio('kept_mrr', 'opening_mrr') }} as grr,
    {{ ratio('kept_with_moves_mrr', 'opening_mrr') }} as grr_with_moves,
    {{ ratio('retained_accounts', 'opening_accounts') }} as logo_retention,
    opening_accounts < {{ setting('min_segment_accounts') }} as is_small_sample
from summed
