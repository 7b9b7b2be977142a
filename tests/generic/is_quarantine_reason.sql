{#- Fails with every row whose reason neither seed `quarantine_reasons` explains nor the contract gives, because a column
    that it requires is empty: the reason first, then the row that holds it. -#}
{% test is_quarantine_reason(model, column_name) %}

with

held as (

    select * from {{ model }}

),

explained as (

    select reason from {{ ref('quarantine_reasons') }}

)

select
    held.{{ column_name }} as unexplained_reason,
    held.*
from held
left join explained on held.{{ column_name }} = explained.reason
where
    held.{{ column_name }} is not null
    and explained.reason is null
    and held.{{ column_name }} not in ('{{ missing_reasons() | join("', '") }}')

{% endtest %}
