{#- Fails with every key that several rows have (NULL is a value like any other), and with every key in whose rows one of
    the columns of `never_null` is empty: how many rows it has, and which columns they are. -#}
{% test row_key(model, columns, never_null=[]) %}

select
    {{ columns | join(', ') }},
    count(*) as occurrences
    {%- if never_null %},
    nullif(concat_ws(', '
        {%- for column in never_null %}, case when count({{ column }}) < count(*) then '{{ column }}' end{% endfor -%}
    ), '') as empty_columns
    {%- endif %}
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in never_null %}
    or count({{ column }}) < count(*)
    {%- endfor %}

{% endtest %}
