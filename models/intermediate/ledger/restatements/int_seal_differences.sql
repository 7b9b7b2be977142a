{%- set marts = {
    'fct_mrr': 'int_unsealed_mrr',
    'fct_mrr_movements': 'int_unsealed_movements',
    'fct_mrr_drivers': 'int_unsealed_drivers',
    'kpi_mrr_bridge': 'int_unsealed_bridge',
    'kpi_nrr': 'int_unsealed_nrr',
} -%}
with

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

current_balances as (

    select
        line_mrr.month,
        line_mrr.contract_line_id,
        line_mrr.account_id,
        line_mrr.product_id,
        cast(sum(line_mrr.mrr) as decimal(18, 2)) as mrr
    from {{ ref('int_line_mrr') }} as line_mrr
    inner join sealed_months
        on line_mrr.knowledge_id = sealed_months.knowledge_id and line_mrr.month = sealed_months.month
    group by line_mrr.month, line_mrr.contract_line_id, line_mrr.account_id, line_mrr.product_id
    having sum(line_mrr.mrr) <> 0

),

sealed_balances as (

    select
        sealed.month,
        sealed.contract_line_id,
        sealed.account_id,
        sealed.product_id,
        sealed.mrr
    from {{ ref('stg_sealed_line_balances') }} as sealed
    inner join sealed_months on sealed.month = sealed_months.month

),

changed_balances as (

    select coalesce(sealed_balances.month, current_balances.month) as month
    from sealed_balances
    full outer join current_balances
        on
            sealed_balances.month = current_balances.month
            and sealed_balances.contract_line_id = current_balances.contract_line_id
            and sealed_balances.account_id = current_balances.account_id
            and sealed_balances.product_id = current_balances.product_id
    where sealed_balances.mrr is distinct from current_balances.mrr

),
{% for mart, current_model in marts.items() %}
current_{{ mart }} as (

    select {{ prefixed('current_rows', contract_columns(mart)) }}
    from {{ ref(current_model) }} as current_rows
    inner join sealed_months on current_rows.month = sealed_months.month and current_rows.basis = 'as_reported'

),

sealed_{{ mart }} as (

    select {{ prefixed('sealed_rows', contract_columns(mart)) }}
    from {{ ref('stg_sealed_' ~ mart) }} as sealed_rows
    inner join sealed_months on sealed_rows.month = sealed_months.month

),

changed_{{ mart }} as (

    select month
    from (
        select * from current_{{ mart }}
        except
        select * from sealed_{{ mart }}
    ) as appeared

    union all

    select month
    from (
        select * from sealed_{{ mart }}
        except
        select * from current_{{ mart }}
    ) as disappeared

),
{% endfor %}
changes as (

    select
        'line_balances' as sealed_table,
        month
    from changed_balances
    {% for mart in marts %}
    union all
    select
        '{{ mart }}' as sealed_table,
        month
    from changed_{{ mart }}
    {% endfor %}

)

select
    month,
    sealed_table,
    cast(count(*) as integer) as changed_rows
from changes
group by month, sealed_table
