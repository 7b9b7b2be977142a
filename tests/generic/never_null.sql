{#- Fails with every row in which one of the columns is empty: which columns they are, and the key of the row. -#}
{% test never_null(model, columns) %}

select
    {{ (tested_key(model) or columns) | join(',\n    ') }},
    concat_ws(', '
        {%- for column in columns %}, case when {{ column }} is null then '{{ column }}' end{% endfor -%}
    ) as empty_columns
from {{ model }}
where {{ columns | join(' is null or ') }} is null

{% endtest %}
