-- Every metric and every claim of the articles with a number has its row.
{%- set rules = ['M1', 'M2', 'M4', 'M5', 'M6', 'M7', 'M10', 'M14', 'P4'] -%}
{%- set claims = range(1, 24) %}
with

expected as (

    {% for rule in rules -%}
    select '{{ rule }}' as rule_id
    union all
    {% endfor -%}
    {% for claim in claims -%}
    select 'B{{ claim }}' as rule_id
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

benchmarks as (

    select * from {{ ref('benchmarks') }}

)

select expected.rule_id as missing
from expected
left join benchmarks on expected.rule_id = benchmarks.rule_id
where benchmarks.rule_id is null
