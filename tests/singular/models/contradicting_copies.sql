-- Copies of one thing that describe it differently. The fields are left unknown and everything else counts; a person
-- should say which is right.
{{ config(severity='warn') }}
{% for table in warehouse_sources('raw') if copy_key(table) -%}
select distinct
    '{{ table.name }}' as raw_table,
    {% for name in table.meta['key'] %}cast({{ name }} as {{ dbt.type_string() }}){{ " || '|' || " if not loop.last }}{% endfor %} as raw_key,
    _unsettled_columns as unsettled_columns
from {{ table.relation_name }}
where _unsettled_columns is not null
{{ 'union all' if not loop.last }}
{% endfor %}
