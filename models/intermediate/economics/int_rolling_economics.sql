with

economics as (

    select * from {{ ref('int_segment_economics') }}

),

costs as (

    select * from {{ ref('int_segment_costs') }}

),

months as (

    select * from {{ ref('int_months') }}

),

-- From when on costs are known at all: what comes before is missing, not free.
cost_starts as (

    select
        segment_type,
        min(month) as costs_known_from
    from costs
    group by segment_type

),

rolled as (

    select
        economics.*,
        cost_starts.costs_known_from <= {{ fiscal_quarter_start('economics.month') }} as is_cost_known,
        {{ months_between(
            'min(case when economics.paying_accounts > 0 then economics.month end) over ()', 'economics.month'
        ) }} >= 12 as is_year_complete,
        sum(economics.churned_accounts) over year_back as churned_accounts_12m,
        sum(economics.opening_accounts) over year_back as opening_accounts_12m,
        sum(economics.new_accounts) over quarter_to_date as new_accounts_qtd,
        sum(economics.new_mrr) over quarter_to_date as new_mrr_qtd,
        sum(economics.acquisition_cost) over quarter_to_date as acquisition_cost_qtd
    from economics
    inner join months on economics.month = months.month
    left join cost_starts on economics.segment_type = cost_starts.segment_type
    window
        year_back as (
            partition by economics.segment_type, economics.segment
            order by year(economics.month) * 12 + month(economics.month)
            range between 11 preceding and current row
        ),
        quarter_to_date as (
            partition by economics.segment_type, economics.segment, months.fiscal_year, months.fiscal_quarter
            order by economics.month
            rows between unbounded preceding and current row
        )

)

-- What needs twelve months is empty before there are twelve.
select
    month,
    segment_type,
    segment,
    mrr,
    paying_accounts,
    gross_margin_mrr,
    margin_known_mrr,
    case when is_year_complete then cast(churned_accounts_12m as integer) end as churned_accounts_12m,
    case when is_year_complete then cast(opening_accounts_12m as integer) end as opening_accounts_12m,
    cast(new_accounts_qtd as integer) as new_accounts,
    cast(new_mrr_qtd as decimal(18, 2)) as new_mrr,
    case when is_cost_known then cast(acquisition_cost_qtd as decimal(18, 2)) end as acquisition_cost
from rolled
