with

active_revenue as (

    select
        month,
        sum(active_mrr) as revenue,
        case when count(*) = count(active_margin) then sum(active_margin) end as margin
    from {{ ref('int_upsell_active_revenue') }}
    group by month

),

costs as (

    select
        month,
        fiscal_year,
        sum(amount) as amount
    from {{ ref('int_costs') }}
    where kind = 'expansion_tool'
    group by month, fiscal_year

),

months as (

    select * from {{ ref('int_months') }}

),

first_years as (

    select min(fiscal_year) as fiscal_year from costs

),

summed as (

    select
        months.month,
        months.fiscal_year,
        sum(coalesce(active_revenue.revenue, 0)) over year_to_date as revenue_fytd,
        sum(coalesce(active_revenue.margin, 0)) over year_to_date as margin_fytd,
        max(case when active_revenue.revenue is not null and active_revenue.margin is null then 1 else 0 end)
            over year_to_date as is_margin_unknown,
        sum(costs.amount) over year_to_date as tool_cost_fytd
    from months
    left join active_revenue on months.month = active_revenue.month
    left join costs on months.month = costs.month
    window
        year_to_date as (
            partition by months.fiscal_year order by months.month
            rows between unbounded preceding and current row
        )

)

select
    summed.month,
    cast(summed.revenue_fytd as decimal(18, 2)) as upsell_revenue_fytd,
    cast(case when summed.is_margin_unknown = 0 then summed.margin_fytd end as decimal(18, 2)) as upsell_margin_fytd,
    cast(summed.tool_cost_fytd as decimal(18, 2)) as expansion_tool_cost_fytd,
    case
        when summed.fiscal_year >= first_years.fiscal_year
            then cast(summed.fiscal_year - first_years.fiscal_year + 1 as integer)
    end as tool_year
from summed
cross join first_years
