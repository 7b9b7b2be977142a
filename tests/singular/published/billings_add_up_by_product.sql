-- What accounts were billed is what products were billed, in every month; where a rate is missing both are empty.
{% set amounts = ['invoiced_amount', 'credited_amount', 'refunded_amount', 'net_amount'] -%}
with

accounts as (

    select
        month,
        {% for column in amounts -%}
        case when count(*) = count({{ column }}) then sum({{ column }}) end as {{ column }},
        {% endfor -%}
        count(*) as counted
    from {{ ref('fct_billings') }}
    group by month

),

products as (

    select
        month,
        {% for column in amounts -%}
        case when count(*) = count({{ column }}) then sum({{ column }}) end as {{ column }},
        {% endfor -%}
        count(*) as counted
    from {{ ref('kpi_billings') }}
    where documents > 0
    group by month

)

select
    coalesce(accounts.month, products.month) as month,
    accounts.net_amount as net_of_accounts,
    products.net_amount as net_of_products
from accounts
full outer join products on accounts.month = products.month
where
    accounts.month is null
    or products.month is null
    {% for column in amounts -%}
    or (accounts.{{ column }} is distinct from products.{{ column }})
    {% endfor %}
