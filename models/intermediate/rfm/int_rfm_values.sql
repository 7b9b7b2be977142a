with

measures as (

    select * from {{ ref('int_rfm_measures') }}

)

{% for measure, column in {'recency': 'recency_days', 'frequency': 'frequency', 'monetary': 'monetary'}.items() -%}
select
    account_id,
    month,
    rfm_basis,
    '{{ measure }}' as measure,
    cast({{ column }} as decimal(19, 3)) as reading
from measures
{{ 'union all' if not loop.last }}
{% endfor %}
