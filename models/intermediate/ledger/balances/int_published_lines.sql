{%- set kept_by_seals = [
    'basis', 'knowledge_id', 'month', 'contract_line_id', 'account_id', 'owner_account_id', 'product_id', 'currency',
    'quantity', 'gross_native', 'mrr_native', 'mrr',
] -%}
{%- set seals_lack = [
    'version_id', 'plan_id', 'billing_unit', 'billing_interval', 'unit_price', 'is_gap_filled', 'is_paused',
    'gross_mrr', 'excess_discount_mrr', 'budget_rate', 'budget_fixed_rate', 'rate_stated_for',
] -%}
with

published_months as (

    select * from {{ ref('int_published_months') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

line_mrr as (

    select
        published_months.basis,
        line_mrr.*
    from {{ ref('int_line_mrr') }} as line_mrr
    inner join published_months
        on line_mrr.knowledge_id = published_months.knowledge_id and line_mrr.month = published_months.month
    where line_mrr.is_in_force

),

current_rows as (

    select
        line_mrr.*,
        budget_rates.stated_for as rate_stated_for,
        {{ rate_columns('line_mrr.currency', 'budget_rates') }}
    from line_mrr
    left join budget_rates
        on
            line_mrr.knowledge_id = budget_rates.knowledge_id
            and line_mrr.currency = budget_rates.currency
            and line_mrr.month between budget_rates.from_month and budget_rates.to_month

),

-- A seal keeps the lines that pay, and of a line no more than its balance.
sealed_rows as (

    select
        'as_reported' as basis,
        sealed_months.knowledge_id,
        sealed.month,
        sealed.contract_line_id,
        sealed.account_id,
        sealed.owner_account_id,
        sealed.product_id,
        sealed.currency,
        sealed.quantity,
        sealed.gross_native,
        sealed.mrr_native,
        sealed.mrr
    from {{ ref('stg_sealed_line_balances') }} as sealed
    inner join sealed_months on sealed.month = sealed_months.month

)

select
    {{ prefixed('current_rows', kept_by_seals + seals_lack) }},
    false as is_sealed
from current_rows
left join sealed_months on current_rows.month = sealed_months.month and current_rows.basis = 'as_reported'
where sealed_months.month is null
union all
select
    {{ prefixed('sealed_rows', kept_by_seals) }},
    {%- for column in seals_lack %}
    null as {{ column }},
    {%- endfor %}
    true as is_sealed
from sealed_rows
