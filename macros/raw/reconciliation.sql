{#- Raw tables of the reconciliation, and the SQL of a row's key, day, account, amount and currency in the staging model;
    `needs` is the thing without which a row says nothing, beside its account: (kind of thing, column). `judged_in` names the model that judges the rows of a table in its own way, `counted_in` the one
    that adds to what staging found. The list stops a build where the contract
    names other tables. A unit test sees no contract. -#}
{% macro reconciled_tables() %}
    {%- set listed = {
        'accounts': {'key': 'account_id', 'account': 'account_id'},
        'account_attributes': {'key': "account_id || '|' || attribute", 'account': 'account_id'},
        'products': {'key': 'product_id'},
        'plans': {'key': 'plan_id', 'needs': ('product', 'product_id')},
        'plan_features': {'key': "plan_id || '|' || feature_key", 'needs': ('plan', 'plan_id')},
        'contract_lines': {'judged_in': 'int_contract_line_outcomes', 'amount': contract_line_amount()},
        'service_pauses': {
            'key': 'contract_line_id', 'day': 'paused_from', 'needs': ('line', 'contract_line_id'),
        },
        'invoices': {
            'key': 'invoice_id', 'day': 'issued_on', 'amount': 'amount', 'currency': 'currency', 'account': 'account_id',
        },
        'support_tickets': {'key': 'ticket_id', 'day': 'opened_on', 'account': 'account_id'},
        'survey_responses': {'key': 'response_id', 'day': 'responded_on', 'account': 'account_id'},
        'contacts': {'key': 'contact_id', 'account': 'account_id'},
        'actions': {'key': 'action_id', 'day': 'done_on', 'account': 'account_id'},
        'engagement_events': {'key': 'event_id', 'day': 'occurred_on', 'account': 'account_id'},
        'account_signals': {'key': 'signal_id', 'day': 'occurred_on', 'account': 'account_id'},
        'users': {'key': 'user_id'},
        'usage_events': {'judged_in': 'int_usage_event_outcomes'},
        'usage_daily': {
            'key': "account_id || '|' || feature_key", 'day': 'used_on', 'account': 'account_id',
            'counted_in': 'int_daily_counts',
        },
        'usage_meters': {'key': "account_id || '|' || meter", 'day': 'measured_on', 'account': 'account_id'},
        'proposals': {
            'key': 'proposal_id', 'day': 'coalesce(proposed_on, candidate_on)', 'amount': 'proposed_mrr',
            'currency': 'currency', 'account': 'account_id',
        },
        'experiments': {'key': "experiment_id || '|' || variant", 'day': 'starts_on'},
        'experiment_assignments': {
            'key': "experiment_id || '|' || account_id", 'day': 'assigned_on', 'account': 'account_id',
            'needs': ('experiment', 'experiment_id'),
        },
        'costs': {'key': 'cost_id', 'day': 'incurred_on', 'amount': 'amount', 'currency': 'currency'},
        'budgets': {'key': "metric || '|' || segment_type || '|' || segment", 'day': 'month'},
        'fx_rates': {'key': "currency || '|' || rate_kind", 'day': 'valid_from', 'currency': 'currency'},
    } -%}
    {%- set stated = warehouse_sources('raw') | map(attribute='name') | list -%}
    {%- if stated -%}
        {%- for name in stated if name not in listed -%}
            {{ exceptions.raise_compiler_error("raw table '" ~ name ~ "' is in no reconciliation: name it in reconciled_tables()") }}
        {%- endfor -%}
        {%- for name in listed if name not in stated -%}
            {{ exceptions.raise_compiler_error("reconciled_tables() names '" ~ name ~ "', which the raw contract does not have") }}
        {%- endfor -%}
    {%- endif -%}
    {{ return(listed) }}
{% endmacro %}

{#- What a raw contract line comes to, as the ledger reads it. -#}
{% macro contract_line_amount() -%}
    case
        when charge_type in ('usage', 'one_time') and amount is not null then amount
        when abs(cast(unit_price as double) * cast(coalesce(quantity, 1) as double)) < 1e19
            then coalesce(quantity, 1) * unit_price
    end
{%- endmacro %}

{#- Reasons that follow from the contract. -#}
{% macro missing_reasons() %}
    {%- set reasons = [] -%}
    {%- for table in warehouse_sources('raw') -%}
        {%- for column in table.columns.values() if column.meta.get('required') -%}
            {%- do reasons.append(missing_reason(column.name) | trim) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(reasons | unique | list) }}
{% endmacro %}
