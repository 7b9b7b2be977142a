with

active_revenue as (

    select
        knowledge_id,
        month,
        sum(active_mrr) as revenue,
        case when count(*) = count(active_margin) then sum(active_margin) end as margin
    from {{ ref('int_upsell_active_revenue') }}
    group by knowledge_id, month

),

costs as (

    select
        knowledge_id,
        month,
        fiscal_year,
        sum(amount) as amount
    from {{ ref('int_costs') }}
    where kind = 'expansion_tool'
    group by knowledge_id, month, fiscal_year

),

months as (

    select
        knowledge.knowledge_id,
        months.month,
        months.fiscal_year
    from {{ ref('int_months') }} as months
    inner join {{ ref('int_knowledge') }} as knowledge on months.month <= knowledge.last_month

),

published_months as (

    select * from {{ ref('int_published_months') }}

),

first_years as (

    select
        knowledge_id,
        min(fiscal_year) as fiscal_year
    from costs
    group by knowledge_id

),

summed as (

    select
        months.knowledge_id,
        months.month,
        months.fiscal_year,
        sum(coalesce(active_revenue.revenue, 0)) over year_to_date as revenue_fytd,
        sum(coalesce(active_revenue.margin, 0)) over year_to_date as margin_fytd,
        max(case when active_revenue.revenue is not null and active_revenue.margin is null then 1 else 0 end)
            over year_to_date as is_margin_unknown,
        sum(costs.amount) over year_to_date as tool_cost_fytd
    from months
    left join active_revenue
        on months.knowledge_id = active_revenue.knowledge_id and months.month = active_revenue.month
    left join costs on months.knowledge_id = costs.knowledge_id and months.month = costs.month
    window
        year_to_date as (
            partition by months.knowledge_id, months.fiscal_year order by months.month
            rows between unbounded preceding and current row
        )

)

select
    published_months.basis,
    summed.month,
    cast(summed.revenue_fytd as decimal(18, 2)) as upsell_revenue_fytd,
    cast(case when summed.is_margin_unknown = 0 then summed.margin_fytd end as decimal(18, 2)) as upsell_margin_fytd,
    cast(summed.tool_cost_fytd as decimal(18, 2)) as expansion_tool_cost_fytd,
    case
        when summed.fiscal_year >= first_years.fiscal_year
            then cast(summed.fiscal_year - first_years.fiscal_year + 1 as integer)
    end as tool_year
from summed
inner join published_months
    on summed.knowledge_id = published_months.knowledge_id and summed.month = published_months.month
left join first_years on summed.knowledge_id = first_years.knowledge_id
