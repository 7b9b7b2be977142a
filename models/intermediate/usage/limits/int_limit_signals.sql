with

utilisation as (

    select * from {{ ref('int_product_utilisation') }}

),

rules as (

    {{ rules_as_columns('usage_rules', ['limit_reached', 'limit_approaching']) }}

)

select
    utilisation.account_id,
    utilisation.month,
    utilisation.product_id,
    {% for meter in ['seats', 'storage_gb', 'api_calls'] -%}
    max(case when utilisation.meter = '{{ meter }}' then utilisation.utilisation end) as {{ meter }}_utilisation,
    {% endfor -%}
    max(case when utilisation.meter = 'seats' then utilisation.product_used end) as seats_used,
    max(case
        when utilisation.used >= cast(utilisation.included as decimal(28, 6)) * rules.limit_reached then 1 else 0
    end) = 1
        as is_limit_reached,
    max(case
        when utilisation.used >= cast(utilisation.included as decimal(28, 6)) * rules.limit_approaching then 1 else 0
    end) = 1
        as is_limit_approaching
from utilisation
cross join rules
group by utilisation.account_id, utilisation.month, utilisation.product_id
