with

active_revenue as (

    select
        knowledge_id,
        month,
        sum(active_mrr) as revenue,
        sum(linked_active_mrr) as linked_revenue,
        case when count(*) = count(active_margin) then sum(active_margin) end as margin
    from {{ ref('int_upsell_active_revenue') }}
    group by knowledge_id, month

),

trailing_revenue as (

    select * from {{ ref('int_upsell_trailing_revenue') }}

),

costs as (

    select
        knowledge_id,
        month,
        min(fiscal_year) as fiscal_year,
        sum(case when kind = 'expansion_tool' then amount end) as tool_cost,
        sum(case when kind = 'expansion_people' then amount end) as people_cost
    from {{ ref('int_costs') }}
    group by knowledge_id, month

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
        min(case when tool_cost is not null then fiscal_year end) as fiscal_year
    from costs
    group by knowledge_id

),

summed as (

    select
        months.knowledge_id,
        months.month,
        months.fiscal_year,
        trailing_revenue.revenue as revenue_12m,
        sum(coalesce(active_revenue.revenue, 0)) over year_to_date as revenue_fytd,
        sum(coalesce(active_revenue.linked_revenue, 0)) over year_to_date as linked_revenue_fytd,
        sum(coalesce(active_revenue.margin, 0)) over year_to_date as margin_fytd,
        max(case when active_revenue.revenue is not null and active_revenue.margin is null then 1 else 0 end)
            over year_to_date as is_margin_unknown,
        sum(costs.tool_cost) over year_to_date as tool_cost_fytd,
        sum(costs.people_cost) over year_to_date as people_cost_fytd,
        sum(costs.tool_cost) over twelve_months as tool_cost_12m,
        count(*) over year_to_date as months_of_year,
        count(*) over twelve_months as months_seen
    from months
    left join active_revenue
        on months.knowledge_id = active_revenue.knowledge_id and months.month = active_revenue.month
    left join trailing_revenue
        on months.knowledge_id = trailing_revenue.knowledge_id and months.month = trailing_revenue.month
    left join costs on months.knowledge_id = costs.knowledge_id and months.month = costs.month
    window
        year_to_date as (
            partition by months.knowledge_id, months.fiscal_year order by months.month
            rows between unbounded preceding and current row
        ),
        twelve_months as (
            partition by months.knowledge_id order by months.month rows between 11 preceding and current row
        )

)

-- A year or twelve months that began before the book did say nothing.
select
    published_months.basis,
    summed.month,
    cast(summed.revenue_fytd as decimal(18, 2)) as upsell_revenue_fytd,
    cast(summed.linked_revenue_fytd as decimal(18, 2)) as linked_upsell_revenue_fytd,
    cast(case when summed.is_margin_unknown = 0 then summed.margin_fytd end as decimal(18, 2)) as upsell_margin_fytd,
    cast(summed.tool_cost_fytd as decimal(18, 2)) as expansion_tool_cost_fytd,
    cast(summed.people_cost_fytd as decimal(18, 2)) as expansion_people_cost_fytd,
    cast(case when summed.months_seen = 12 then coalesce(summed.revenue_12m, 0) end as decimal(18, 2))
        as upsell_revenue_12m,
    cast(case when summed.months_seen = 12 then summed.tool_cost_12m end as decimal(18, 2)) as expansion_tool_cost_12m,
    summed.months_of_year = 12 as is_full_fiscal_year,
    case
        when summed.fiscal_year >= first_years.fiscal_year
            then cast(summed.fiscal_year - first_years.fiscal_year + 1 as integer)
    end as tool_year
from summed
inner join published_months
    on summed.knowledge_id = published_months.knowledge_id and summed.month = published_months.month
left join first_years on summed.knowledge_id = first_years.knowledge_id
