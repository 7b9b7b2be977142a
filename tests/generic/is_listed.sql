{#- Fails with every row whose value is in none of the lists of seed `value_lists` (by default the one named like the
    column), or has no row in column `field` of another seed: the value first, then the row that holds it. An empty value
    is in every list. -#}
{% test is_listed(model, column_name, lists=none, seed=none, field=none) %}

{%- set value = field or column_name if seed else 'value' %}
with

listed as (

    select distinct {{ value }} as listed_value
    from {{ seed or ref('value_lists') }}
    {% if not seed -%}
    where list_name in ('{{ (lists or [column_name]) | join("', '") }}')
    {%- endif %}

),

held as (

    select * from {{ model }}

)

select
    held.{{ column_name }} as unlisted_value,
    held.*
from held
left join listed on held.{{ column_name }} = listed.listed_value
where held.{{ column_name }} is not null and listed.listed_value is null

{% endtest %}
