{%- set things = {
    'product': (ref('stg_products'), 'product_id'), 'plan': (ref('stg_plans'), 'plan_id'),
    'line': (ref('stg_contract_lines'), 'contract_line_id'), 'invoice': (ref('stg_invoices'), 'invoice_id'),
    'experiment': (ref('stg_experiments'), 'experiment_id'),
} -%}
{%- set found_by = {
    'proposals': (ref('int_proposal_currency_conflicts'), 'proposal_id', 'currency_contradicted:currency'),
} -%}
{%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
{%- set contract = {} -%}
{%- for table in warehouse_sources('raw') -%}{%- do contract.update({table.name: table}) -%}{%- endfor -%}
with

budget_rates as (

    select distinct currency from {{ ref('int_budget_rates') }}
    where knowledge_id = 'restated'

),

{% for thing, (relation, key) in things.items() -%}
{{ thing }}s as (

    select distinct {{ key }} as thing_id from {{ relation }}
    where is_valid

),

{% endfor -%}
{% for table, (relation, key, said) in found_by.items() -%}
found_{{ table }} as (

    select {{ key }} as thing_id from {{ relation }}

),

{% endfor -%}
-- One oddity of a row is enough to look at it: the first that is found.
judged as (

    {% for table, looked in odd_row_tables().items() -%}
    {%- set row = reconciled_tables()[table] -%}
    select
        '{{ table }}' as raw_table,
        {{ looked.key or row.key }} as raw_key,
        {{ looked.account or row.account or no_text }} as account_id,
        case
            {% for code, column, condition in looked.checks or [] -%}
            when {{ condition }} then '{{ code }}:{{ column }}'
            {% endfor -%}
            {% for column in looked.refers or {} -%}
            when staged.{{ column }} is not null and of_{{ column }}.thing_id is null
                then 'unknown_reference:{{ column }}'
            {% endfor -%}
            {% if table in found_by -%}
            when found.thing_id is not null then '{{ found_by[table][2] }}'
            {% endif -%}
            {% if looked.has_money -%}
            when staged.currency <> '{{ setting("reporting_currency") }}' and budget_rates.currency is null
                then 'no_rate:currency'
            {% endif -%}
            {% for code, column, condition in contract_oddities(contract.get(table), looked.get('bounds')) -%}
            when {{ condition }} then '{{ code }}:{{ column }}'
            {% endfor -%}
            {% if looked.has_ends -%}
            when staged._unread_day is not null then 'implausible_day:' || staged._unread_day
            {% endif -%}
            when not staged.is_valid then ''
            else ''
        end as oddity,
        staged._row_json,
        staged._source_file
    from {{ ref('stg_' ~ table) }} as staged
    {% if table in found_by -%}
    left join found_{{ table }} as found on staged.{{ found_by[table][1] }} = found.thing_id
    {% endif -%}
    {% if looked.has_money -%}
    left join budget_rates on staged.currency = budget_rates.currency
    {% endif -%}
    {% for column, thing in (looked.refers or {}).items() -%}
    left join {{ thing }}s as of_{{ column }} on staged.{{ column }} = of_{{ column }}.thing_id
    {% endfor -%}
    where staged.is_valid and staged.exclusion_reason is null
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    raw_table,
    raw_key,
    account_id,
    split_part(oddity, ':', 1) as reason,
    split_part(oddity, ':', 2) as column_name,
    _row_json,
    _source_file
from judged
where oddity <> ''
