{#- What a row may say that is odd and yet counts, by raw table, in order of precedence: `refers` names columns that may
    point to nothing (column, kind of thing), `checks` conditions (code, column, condition), `has_money` a currency that
    may have no rate, `has_ends` days that are read as none. Beside these the raw contract gives bounds of numbers. Usage events are too many to look at. -#}
{% macro odd_row_tables() %}
    {{ return({
        'accounts': {
            'has_ends': true,
            'checks': [
                ('unused_link', 'merged_into_account_id', is_stated_in_vain('merged_into_account_id')),
                ('unused_link', 'parent_account_id', is_stated_in_vain('parent_account_id')),
            ],
        },
        'account_attributes': {'has_ends': true},
        'products': {'refers': {
            'parent_product_id': 'product', 'requires_product_id': 'product', 'successor_product_id': 'product',
        }},
        'plans': {'has_money': true},
        'contract_lines': {
            'key': 'contract_line_id', 'account': 'account_id', 'refers': {'plan_id': 'plan'},
            'bounds': ['tax_rate', 'term_months'], 'has_ends': true,
            'checks': [
                ('days_in_wrong_order', 'terminated_on', 'terminated_on < starts_on'),
                ('out_of_range', 'term_months', is_stated_in_vain('term_months')),
                ('unused_link', 'replaces_line_id', is_stated_in_vain('replaces_line_id')),
            ],
        },
        'service_pauses': {'has_ends': true},
        'invoices': {
            'has_money': true, 'has_ends': true,
            'refers': {'product_id': 'product', 'contract_line_id': 'line', 'settles_invoice_id': 'invoice'},
            'checks': [('days_in_wrong_order', 'due_on', 'due_on < issued_on')],
        },
        'support_tickets': {
            'has_ends': true,
            'checks': [
                ('days_in_wrong_order', 'closed_at', 'closed_at < opened_at'),
                ('score_out_of_range', 'csat', "staged._odd_rating = 'score_out_of_range'"),
                ('off_scale', 'scale_max', "staged._odd_rating = 'off_scale'"),
                ('not_rated', 'csat', "staged._odd_rating = 'not_rated'"),
            ],
        },
        'survey_responses': {'checks': [('off_scale', 'scale_max', 'staged.is_off_scale')]},
        'contacts': {
            'has_ends': true, 'checks': [('days_in_wrong_order', 'left_on', 'left_on < effective_from')],
        },
        'actions': {'checks': [
            ('unknown_reference', 'alert_id', 'not (' ~ is_alert_id('alert_id') ~ ')'),
            ('unknown_reference', 'offer_id', 'not (' ~ is_offer_id('offer_id') ~ ')'),
        ]},
        'account_signals': {},
        'users': {'has_ends': true},
        'usage_daily': {'refers': {'product_id': 'product'}},
        'usage_meters': {'refers': {'product_id': 'product'}},
        'proposals': {
            'has_money': true, 'has_ends': true,
            'refers': {'product_id': 'product', 'plan_id': 'plan', 'experiment_id': 'experiment'},
            'checks': [
                ('no_day', 'closed_on', "outcome in ('won', 'lost') and closed_on is null"),
                ('lone_duplicate', 'outcome', 'staged.is_duplicate and not staged.repeats_another'),
                ('out_of_range', 'proposed_mrr', 'proposed_mrr < 0'),
            ],
        },
        'experiments': {
            'has_ends': true, 'checks': [('out_of_range', 'planned_share', 'not planned_share between 0 and 1')],
        },
        'experiment_assignments': {},
        'costs': {'has_money': true},
        'budgets': {'has_money': true},
        'fx_rates': {},
    }) }}
{% endmacro %}

{#- The row says something that staging takes for nothing: a link to itself, a term that no contract has. -#}
{% macro is_stated_in_vain(column) -%}
    staged.{{ column }} is null and trim({{ json_value('staged._row_json', "'" ~ column ~ "'") }}) <> ''
{%- endmacro %}

{#- The row says a day that staging takes for none, and not the far end of the calendar, which means that there is none.
    What else is wrong with a row may hide it. -#}
{% macro is_day_stated_in_vain(column) -%}
    ({{ is_stated_in_vain(column) }} and substring(
        trim({{ json_value('staged._row_json', "'" ~ column ~ "'") }}), 1, 4
    ) not in ('2999', '9999'))
{%- endmacro %}

{#- Conditions that follow from the contract: numbers outside their bounds, days that nobody lived through, and texts
    as long as a page. What begins may always have been there. -#}
{% macro contract_oddities(table, bounds=none) %}
    {%- set found = [] -%}
    {%- set begins = ['effective_from', 'available_from', 'valid_from', 'recorded_at'] -%}
    {%- for column in (table.columns.values() if table else []) if column.name not in ['amount', 'auto_renews'] or table.name != 'contract_lines' -%}
        {%- set name = 'staged.' ~ column.name -%}
        {%- set low, high = column.meta.get('range', [none, none]) -%}
        {%- if bounds is none or column.name in bounds -%}
            {%- if low is not none -%}{%- do found.append(('out_of_range', column.name, name ~ ' < ' ~ low)) -%}{%- endif -%}
            {%- if high is not none -%}{%- do found.append(('out_of_range', column.name, name ~ ' > ' ~ high)) -%}{%- endif -%}
        {%- endif -%}
        {%- if column.data_type in ['date', 'timestamp'] -%}
            {%- do found.append(('implausible_day', column.name,
                ('' if column.name in begins else name ~ " < cast('1970-01-01' as date) or ")
                ~ name ~ ' > ' ~ add_months(as_of_date(), 360))) -%}
        {%- elif column.data_type == 'varchar' -%}
            {%- do found.append(('overlong_text', column.name, 'length(' ~ name ~ ') > 1000')) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
