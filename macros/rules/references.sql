{#- What a row may refer to, one row per thing: whether it is usable, and whether its versions contradict each other. -#}
{% macro things_to_refer_to(relation, key) -%}
    select
        {{ key }},
        max(case when is_valid then 1 else 0 end) = 1 as is_usable,
        max(case when quarantine_reason = 'conflicting_versions' then 1 else 0 end) = 1 as is_contradicted
    from {{ relation }}
    group by {{ key }}
{%- endmacro %}

{#- Why a row that refers to a thing cannot be used: nobody knows what it refers to, or two versions of it say different
    things, and then that is the reason here too; NULL where the thing is usable. -#}
{% macro missing_thing_reason(thing, orphan) -%}
    case
        when {{ thing }}.is_usable then null
        when {{ thing }}.is_contradicted then 'conflicting_versions'
        else '{{ orphan }}'
    end
{%- endmacro %}
