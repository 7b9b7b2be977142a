{#- Every staged table: the columns that name a row, its month, its money and its account or line. -#}
{%- set tables = [
    {'name': 'accounts', 'key': 'account_id', 'account': 'account_id'},
    {'name': 'products', 'key': 'product_id'},
    {'name': 'plans', 'key': 'plan_id'},
    {'name': 'plan_features', 'key': "plan_id || '|' || feature_key"},
    {'name': 'service_pauses', 'key': 'contract_line_id', 'day': 'paused_from'},
    {'name': 'invoices', 'key': 'invoice_id', 'day': 'issued_on', 'amount': 'amount', 'currency': 'currency', 'account': 'account_id'},
    {'name': 'support_tickets', 'key': 'ticket_id', 'day': 'opened_on', 'account': 'account_id'},
    {'name': 'survey_responses', 'key': 'response_id', 'day': 'responded_on', 'account': 'account_id'},
    {'name': 'engagement_events', 'key': 'event_id', 'day': 'occurred_on', 'account': 'account_id'},
    {'name': 'account_signals', 'key': 'signal_id', 'day': 'occurred_on', 'account': 'account_id'},
    {'name': 'usage_meters', 'key': "account_id || '|' || meter", 'day': 'measured_on', 'account': 'account_id'},
    {'name': 'proposals', 'key': 'proposal_id', 'day': 'coalesce(proposed_on, candidate_on)',
        'amount': 'proposed_mrr', 'currency': 'currency', 'account': 'account_id'},
    {'name': 'experiments', 'key': "experiment_id || '|' || variant", 'day': 'starts_on'},
    {'name': 'experiment_assignments', 'key': "experiment_id || '|' || account_id", 'day': 'assigned_on', 'account': 'account_id'},
    {'name': 'costs', 'key': 'cost_id', 'day': 'incurred_on', 'amount': 'amount', 'currency': 'currency'},
    {'name': 'fx_rates', 'key': "currency || '|' || rate_kind", 'day': 'valid_from', 'currency': 'currency'},
] -%}
with

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated'

),

accounts as (

    select distinct account_id from {{ ref('stg_accounts') }}
    where is_valid

),

contract_line_outcomes as (

    select * from {{ ref('int_contract_line_outcomes') }}

),

staged as (

    {% for table in tables -%}
    select
        '{{ table.name }}' as raw_table,
        {{ table.key }} as raw_key,
        {{ table.get('account', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as account_id,
        {{ 'account_id' in table.get('account', '') }} as needs_account,
        {{ month_start(table.day) if table.day else 'cast(null as date)' }} as month,
        {{ table.get('currency', 'cast(null as ' ~ dbt.type_string() ~ ')') }} as currency,
        cast({{ table.get('amount', 'null') }} as decimal(28, 6)) as amount,
        quarantine_reason,
        exclusion_reason,
        {{ '_row_json' }},
        _source_file
    from {{ ref('stg_' ~ table.name) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

judged as (

    select
        staged.*,
        case
            when staged.quarantine_reason is not null then staged.quarantine_reason
            when staged.exclusion_reason = 'duplicate' then null
            when staged.needs_account and accounts.account_id is null then 'orphan_customer'
        end as final_quarantine_reason,
        coalesce(
            staged.exclusion_reason,
            case when account_map.is_internal then 'internal_account' end
        ) as final_exclusion_reason
    from staged
    left join accounts on staged.account_id = accounts.account_id
    left join account_map on staged.account_id = account_map.account_id

),

settled as (

    select
        raw_table,
        raw_key,
        account_id,
        month,
        currency,
        amount,
        case
            when final_quarantine_reason is not null then 'quarantined'
            when final_exclusion_reason is not null then 'excluded'
            else 'modelled'
        end as outcome,
        coalesce(final_quarantine_reason, final_exclusion_reason) as reason,
        _row_json,
        _source_file
    from judged

)

select * from settled
union all
select
    'contract_lines' as raw_table,
    contract_line_id as raw_key,
    account_id,
    month,
    currency,
    amount,
    outcome,
    reason,
    _row_json,
    _source_file
from contract_line_outcomes
