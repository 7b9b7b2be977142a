with

usage_months as (

    select * from {{ ref('int_usage_months') }}
    where active_days is not null

),

rules as (

    {{ rules_as_columns('customer_tier_rules', ['active_days_quantile']) }}

),

ordered as (

    select
        usage_months.account_id,
        usage_months.month,
        usage_months.active_days,
        row_number() over (partition by usage_months.month order by usage_months.active_days) - 1 as place,
        (count(*) over (partition by usage_months.month) - 1) * rules.active_days_quantile as exact_place
    from usage_months
    cross join rules

),

-- A type-7 quantile in exact decimals: a fraction of the way from one place to the next.
cut as (

    select
        month,
        max(case when place = floor(exact_place) then active_days end)
        + cast(max(exact_place - floor(exact_place)) as decimal(9, 4)) * (
            max(case when place = ceil(exact_place) then active_days end)
            - max(case when place = floor(exact_place) then active_days end)
        ) as active_days_cut
    from ordered
    group by month

)

select
    ordered.account_id,
    ordered.month,
    cast(ordered.active_days as integer) as active_days,
    cast(cut.active_days_cut as decimal(18, 4)) as active_days_cut,
    ordered.active_days >= cut.active_days_cut as is_often_active
from ordered
inner join cut on ordered.month = cut.month
