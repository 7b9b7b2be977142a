{#- The rows of a rule seed (columns rule, value) as one row with a column per rule. -#}
{% macro rules_as_columns(seed, names) -%}
    select
        {% for name in names -%}
        max(case when rule = '{{ name }}' then value end) as {{ name }},
        {% endfor -%}
        count(*) as rules_read
    from {{ ref(seed) }}
{%- endmacro %}

{#- Rules of `timing_rules.csv`. -#}
{% macro timing_rule_names() %}
    {{ return([
        'renewal_months_from', 'renewal_months_to', 'adoption_months_from', 'adoption_months_to', 'term_months_from',
        'term_months_to', 'event_days', 'csat_from', 'nps_from', 'review_gap_days', 'first_year_months',
        'onboarding_days', 'budget_months', 'dormancy_months', 'review_month_1', 'review_month_2', 'review_month_3',
        'peer_min_accounts',
    ]) }}
{% endmacro %}

{#- Timing flags that there are; T11, accounts that look like upgraded ones, is a model of its own kind. -#}
{% macro timing_flags() %}
    {{ return([
        't1', 't2', 't3', 't4', 't5', 't6', 't7', 't8', 't9', 't10', 't12', 't13', 't14', 't15', 't16', 't17', 't18',
    ]) }}
{% endmacro %}

{#- A day from so many calendar months before another day to so many before it, both included. -#}
{% macro in_months_before(day, anchor, months_from, months_to) -%}
    {{ day }} >= {{ add_months(anchor, '-' ~ months_from) }} and {{ day }} <= {{ add_months(anchor, '-' ~ months_to) }}
{%- endmacro %}

{#- A day from so many calendar months after another day to so many after it, both included. -#}
{% macro in_months_after(day, anchor, months_from, months_to) -%}
    {{ day }} >= {{ add_months(anchor, months_from) }} and {{ day }} <= {{ add_months(anchor, months_to) }}
{%- endmacro %}

{#- Whether a condition holds for any row of a group: NULL where it is unknown for all. -#}
{% macro any_true(condition) -%}
    max(case when {{ condition }} then 1 when not ({{ condition }}) then 0 end) = 1
{%- endmacro %}
