{%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
{%- set no_worth = [
    'cast(null as decimal(18, 2)) as refused_mrr', 'cast(null as boolean) as is_mrr_estimated',
    'cast(null as boolean) as is_outlier',
] | join(', ') -%}
with

source_rows as (

    select * from {{ ref('int_source_rows') }}
    where outcome = 'quarantined' and raw_table <> 'contract_lines'

),

refused_lines as (

    select * from {{ ref('int_refused_lines') }}

),

rejected_events as (

    select * from {{ ref('int_rejected_usage_events') }}

),

orphan_events as (

    select * from {{ ref('int_orphan_usage_events') }}

)

select
    raw_table,
    raw_key,
    account_id,
    reason,
    currency,
    amount,
    {{ no_worth }},
    _reject_column,
    _row_json,
    _source_file
from source_rows
union all
select
    'contract_lines' as raw_table,
    contract_line_id as raw_key,
    account_id,
    reason,
    currency,
    amount,
    refused_mrr,
    is_mrr_estimated,
    is_outlier,
    _reject_column,
    _row_json,
    _source_file
from refused_lines
union all
select
    'usage_events' as raw_table,
    event_id as raw_key,
    account_id,
    quarantine_reason as reason,
    {{ no_text }} as currency,
    cast(null as decimal(28, 6)) as amount,
    {{ no_worth }},
    _reject_column,
    _row_json,
    _source_file
from rejected_events
union all
select
    'usage_events' as raw_table,
    event_id as raw_key,
    account_id,
    quarantine_reason as reason,
    {{ no_text }} as currency,
    cast(null as decimal(28, 6)) as amount,
    {{ no_worth }},
    _reject_column,
    _row_json,
    _source_file
from orphan_events
