{#- Columns that say of which thing a row is a version; rows that agree in all of them are copies. -#}
{% macro copy_key(table) %}
    {%- set key = table.meta.get('key', []) -%}
    {{ return((key + (['recorded_at'] if 'recorded_at' in table.columns else []) + table.meta.get('layered_by', [])) if key else []) }}
{% endmacro %}

{#- Two CTEs after `parsed`. `copies` has the lowest and the highest value of each column among the copies of a thing;
    `completed` is the rows, where copies that contradict each other in nothing that decides have become one: what one
    leaves empty another one says, and where they describe it differently nobody knows (`_unsettled_columns`). Copies
    that contradict each other stay as they came, and staging sets them aside together. -#}
{% macro complete_copies(table, present) -%}
    {%- set key = copy_key(table) -%}
    {%- set told = table.columns.values() | selectattr('name', 'in', present.keys() | list) | rejectattr('name', 'in', key) | list -%}
    readable as (

        select * from parsed
        where
            {{ table.meta['key'] | join(' is not null and ') }} is not null
            {%- for name in present if name in table.columns %}
            and ({{ name }} is not null or _given_{{ name }} is null)
            {%- endfor %}

    ),

    repeated as (

        select {{ key | join(', ') }}
        from readable
        group by {{ key | join(', ') }}
        having count(*) > 1

    ),

    copies as (

        select
            {% for name in key %}readable.{{ name }}, {% endfor %}
            {% for column in told -%}
            min(readable.{{ column.name }}) as _low_{{ column.name }},
            max(readable.{{ column.name }}) as _high_{{ column.name }},
            {% endfor -%}
            true as _is_repeated
        from readable
        inner join repeated on {{ same_copy('readable', 'repeated', key) }}
        group by {% for name in key %}readable.{{ name }}{{ ', ' if not loop.last }}{% endfor %}
        having
            true
            {%- for column in told if not column.meta.get('describes') %}
            and coalesce(min(readable.{{ column.name }}) = max(readable.{{ column.name }}), true)
            {%- endfor %}

    ),

    completed as (

        select
            {% for column in table.columns.values() -%}
            {% if column in told -%}
            case
                when copies._is_repeated is null then parsed.{{ column.name }}
                {% if column.meta.get('describes') == 'yes wins' -%}
                else _high_{{ column.name }}
                {%- else -%}
                when _low_{{ column.name }} = _high_{{ column.name }} then _low_{{ column.name }}
                {%- endif %}
            end as {{ column.name }},
            case
                when copies._is_repeated is null or _low_{{ column.name }} = _high_{{ column.name }}
                    then parsed._given_{{ column.name }}
            end as _given_{{ column.name }},
            {% else -%}
            parsed.{{ column.name }},
            {% if column.name in present %}parsed._given_{{ column.name }},{% endif %}
            {% endif -%}
            {% endfor -%}
            {% for column in told if column.meta.weight is defined -%}
            parsed._lost_{{ column.name }},
            {% endfor -%}
            nullif(concat_ws(', ', cast(null as varchar)
                {%- for column in told if column.meta.get('describes') and column.meta.get('describes') != 'yes wins' -%}
                , case when _low_{{ column.name }} <> _high_{{ column.name }} then '{{ column.name }}' end
                {%- endfor -%}
            ), '') as _unsettled_columns,
            parsed._matched_ids,
            parsed._ambiguous_column,
            parsed._row_json,
            parsed._source_file
        from parsed
        left join copies
            on
                {{ same_copy('parsed', 'copies', key) }}
                {%- for name in present if name in table.columns %}
                and (parsed.{{ name }} is not null or parsed._given_{{ name }} is null)
                {%- endfor %}

    ),
{%- endmacro %}

{% macro same_copy(left, right, key) -%}
    {%- for name in key %}{{ left }}.{{ name }} is not distinct from {{ right }}.{{ name }}{{ ' and ' if not loop.last }}{% endfor -%}
{%- endmacro %}
