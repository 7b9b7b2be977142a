-- Invariant 11: rows and money of every raw table = modelled + excluded + quarantined, and the quarantine lists them.
{%- set tables = [
    'accounts', 'products', 'plans', 'plan_features', 'contract_lines', 'service_pauses', 'invoices', 'usage_events',
    'usage_meters', 'support_tickets', 'survey_responses', 'engagement_events', 'account_signals', 'proposals',
    'experiments', 'experiment_assignments', 'costs', 'fx_rates',
] %}
{%- set money = {
    'contract_lines': 'coalesce(quantity, 1) * unit_price', 'invoices': 'amount', 'proposals': 'proposed_mrr', 'costs': 'amount',
} %}
with

counted as (

    {% for table in tables -%}
    select
        '{{ table }}' as raw_table,
        count(*) as row_count,
        sum(cast({{ money.get(table, 'null') }} as decimal(28, 6))) as amount
    from {{ source('raw', table) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

reconciled as (

    select
        raw_table,
        sum(row_count) as row_count,
        sum(amount) as amount,
        sum(case when outcome = 'quarantined' then row_count else 0 end) as quarantined
    from {{ ref('fct_source_reconciliation') }}
    group by raw_table

),

quarantine as (

    select
        raw_table,
        count(*) as row_count
    from {{ ref('dq_quarantine') }}
    group by raw_table

)

select
    counted.raw_table,
    counted.row_count,
    reconciled.row_count as reconciled_rows,
    counted.amount,
    reconciled.amount as reconciled_amount
from counted
left join reconciled on counted.raw_table = reconciled.raw_table
left join quarantine on counted.raw_table = quarantine.raw_table
where
    counted.row_count <> coalesce(reconciled.row_count, 0)
    or coalesce(counted.amount, 0) <> coalesce(reconciled.amount, 0)
    or coalesce(reconciled.quarantined, 0) <> coalesce(quarantine.row_count, 0)
