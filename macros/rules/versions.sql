{#- A row is part of the knowledge of a cut: recorded by then and not yet replaced. -#}
{% macro is_known(row_alias, knowledge) -%}
    (
        ({{ row_alias }}.known_on is null or {{ row_alias }}.known_on <= {{ knowledge }}.known_until)
        and ({{ row_alias }}.superseded_on is null or {{ row_alias }}.superseded_on > {{ knowledge }}.known_until)
    )
{%- endmacro %}

{#- Versions lie over each other in the order they were recorded: one applies from its own first day until
    the first day of any version recorded after it. Without a first day it replaces everything before it. -#}
{% macro version_valid_from() -%}
    coalesce(applies_from, {{ earliest_day() }})
{%- endmacro %}

{% macro version_valid_to(partition_by) -%}
    coalesce(
        min(coalesce(applies_from, {{ earliest_day() }})) over (
            partition by {{ partition_by | join(', ') }}
            order by recorded_at nulls first, applies_from nulls first
            rows between 1 following and unbounded following
        ),
        {{ latest_day() }}
    )
{%- endmacro %}

{% macro earliest_day() -%} cast('0001-01-01' as date) {%- endmacro %}

{% macro latest_day() -%} cast('9999-12-31' as date) {%- endmacro %}

{#- Place of an answer to a survey among those of one person, the latest first; an answer without a name stands for a
    person of its own. `per` lists what is asked once per person besides. -#}
{% macro answer_recency(responses, per) -%}
    row_number() over (
            partition by
                {{ per | join(', ') }}, {{ responses }}.respondent_id,
                case when {{ responses }}.respondent_id is null then {{ responses }}.response_id end
            order by {{ responses }}.responded_at desc, {{ responses }}.response_id desc
        )
{%- endmacro %}

{#- CTE bodies that follow links upwards to their root: each step doubles the distance. Not eight steps at once, because
    Spark copies a step into every place that reads it. -#}
{% macro follow_links(links, steps=4) -%}
    {%- for step in range(steps) -%}
    jump_{{ step }} as (

        select
            near.knowledge_id,
            near.id,
            coalesce(far.next_id, near.next_id) as next_id
        from {{ links if loop.first else 'jump_' ~ (step - 1) }} as near
        left join {{ links if loop.first else 'jump_' ~ (step - 1) }} as far
            on near.knowledge_id = far.knowledge_id and near.next_id = far.id

    ),

    {% endfor -%}
    roots as (

        select
            knowledge_id,
            id,
            next_id as root_id
        from jump_{{ steps - 1 }}

    )
{%- endmacro %}
