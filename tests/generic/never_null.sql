{#- Fails with every row in which one of the columns is empty, and which columns they are: for tables whose rows have no
    key. Where they have one, `row_key` tests both in one reading. -#}
{% test never_null(model, columns) %}

select
    concat_ws(', '
        {%- for column in columns %}, case when {{ column }} is null then '{{ column }}' end{% endfor -%}
    ) as empty_columns,
    tested.*
from {{ model }} as tested
where {{ columns | join(' is null or ') }} is null

{% endtest %}
