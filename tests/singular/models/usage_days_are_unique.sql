-- The newest days stand for all: they are counted by the same grouping, and history is long.
{%- set keys = ['account_id', 'product_id', 'feature_key', 'occurred_on', 'known_on'] -%}
{%- for model, columns in {'int_user_days': ['user_id'] + keys, 'int_usage_daily': keys}.items() %}
select
    '{{ model }}' as model_name,
    occurred_on,
    count(*) as occurrences
from {{ ref(model) }}
where occurred_on > {{ add_days(as_of_date(), -31) }}
group by {{ columns | join(', ') }}
having count(*) > 1
{{ 'union all' if not loop.last }}
{%- endfor %}
