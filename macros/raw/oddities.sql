{#- What a row may say that is odd and yet counts, by raw table, in order of precedence: `refers` names columns that may
    point to nothing (column, kind of thing), `checks` conditions (code, column, condition), `has_money` a currency that
    may have no rate. Beside these the raw contract gives bounds of numbers. Usage events are too many to look at. -#}
{% macro odd_row_tables() %}
    {{ return({
        'accounts': {},
        'products': {'refers': {
            'parent_product_id': 'product', 'requires_product_id': 'product', 'successor_product_id': 'product',
        }},
        'plans': {'has_money': true},
        'contract_lines': {
            'key': 'contract_line_id', 'account': 'account_id', 'refers': {'plan_id': 'plan'},
            'bounds': ['tax_rate', 'term_months'],
            'checks': [('days_in_wrong_order', 'terminated_on', 'terminated_on < starts_on')],
        },
        'service_pauses': {},
        'invoices': {
            'has_money': true,
            'refers': {'product_id': 'product', 'contract_line_id': 'line', 'settles_invoice_id': 'invoice'},
            'checks': [('days_in_wrong_order', 'due_on', 'due_on < issued_on')],
        },
        'support_tickets': {'checks': [('days_in_wrong_order', 'closed_at', 'closed_at < opened_at')]},
        'survey_responses': {},
        'account_signals': {},
        'usage_meters': {'refers': {'product_id': 'product'}},
        'proposals': {
            'has_money': true,
            'refers': {'product_id': 'product', 'plan_id': 'plan', 'experiment_id': 'experiment'},
            'checks': [
                ('no_day', 'closed_on', "outcome in ('won', 'lost') and closed_on is null"),
                ('days_in_wrong_order', 'closed_on', 'closed_on < coalesce(proposed_on, candidate_on)'),
                ('out_of_range', 'proposed_mrr', 'proposed_mrr < 0'),
            ],
        },
        'experiments': {'checks': [('out_of_range', 'planned_share', 'not planned_share between 0 and 1')]},
        'experiment_assignments': {},
        'costs': {'has_money': true},
    }) }}
{% endmacro %}

{#- Conditions that follow from the contract: numbers outside their bounds, days that nobody lived through, and texts
    as long as a page. Open ends are written as far days, so those say nothing. -#}
{% macro contract_oddities(table, bounds=none) %}
    {%- set found = [] -%}
    {%- set ends = ['ends_on', 'paused_to', 'effective_from', 'available_from', 'valid_from', 'recorded_at'] -%}
    {%- for column in (table.columns.values() if table else []) if column.name not in ['amount', 'auto_renews'] or table.name != 'contract_lines' -%}
        {%- set name = 'staged.' ~ column.name -%}
        {%- set low, high = column.meta.get('range', [none, none]) -%}
        {%- if bounds is none or column.name in bounds -%}
            {%- if low is not none -%}{%- do found.append(('out_of_range', column.name, name ~ ' < ' ~ low)) -%}{%- endif -%}
            {%- if high is not none -%}{%- do found.append(('out_of_range', column.name, name ~ ' > ' ~ high)) -%}{%- endif -%}
        {%- endif -%}
        {%- if column.data_type in ['date', 'timestamp'] and column.name not in ends -%}
            {%- do found.append(('implausible_day', column.name,
                name ~ " < cast('1970-01-01' as date) or " ~ name ~ ' > ' ~ add_months(as_of_date(), 360))) -%}
        {%- elif column.data_type == 'varchar' -%}
            {%- do found.append(('overlong_text', column.name, 'length(' ~ name ~ ') > 1000')) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
