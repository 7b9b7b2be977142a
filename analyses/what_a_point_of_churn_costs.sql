-- The articles say that one point of churn is worth a year of revenue over five. How many months of today's revenue do
-- 60 months bring at a monthly churn of half a point more each, and at our own?
with

churn as (

    {% for points in [0, 5, 10, 15, 20] -%}
    select
        'monthly churn of {{ points / 10 }} %' as case_name,
        cast({{ points / 1000 }} as double) as monthly_churn
    union all
    {% endfor -%}
    select
        'our own, ' || cast(economics.month as {{ dbt.type_string() }}) as case_name,
        economics.logo_churn_rate as monthly_churn
    from {{ ref('kpi_unit_economics') }} as economics
    where
        economics.segment_type = 'all'
        and economics.month = (select max(months.month) from {{ ref('dim_months') }} as months)

)

select
    case_name,
    monthly_churn,
    {{ months_of_revenue('monthly_churn', 60) }} as months_of_revenue,
    60 - {{ months_of_revenue('monthly_churn', 60) }} as months_lost
from churn
order by monthly_churn, case_name
