with

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

sealed_rows as (

    select * from {{ ref('stg_sealed_fct_account_retention') }}

),

cohort_lines as (

    select * from {{ ref('stg_sealed_cohort_lines') }}

),

account_map as (

    select * from {{ ref('int_published_account_map') }}

),

windows as (

    select * from {{ ref('retention_windows') }}

),

-- The seal keeps both ends line by line, and who paid for whom.
ends as (

    select
        coalesce(account_map.paying_account_id, cohort_lines.owner_account_id) as account_id,
        cohort_lines.month,
        cohort_lines.retention_window,
        'as_reported' as basis,
        cast(sum(cohort_lines.opening_mrr) as decimal(18, 2)) as opening_mrr,
        cast(sum(cohort_lines.closing_mrr) as decimal(18, 2)) as closing_mrr
    from cohort_lines
    inner join sealed_months on cohort_lines.month = sealed_months.month
    left join account_map
        on
            sealed_months.knowledge_id = account_map.knowledge_id
            and cohort_lines.owner_account_id = account_map.account_id
    where cohort_lines.month not in (select sealed_rows.month from sealed_rows)
    group by
        coalesce(account_map.paying_account_id, cohort_lines.owner_account_id),
        cohort_lines.month,
        cohort_lines.retention_window

)

-- The rest stays empty: today's rules might say something else of it.
select
    ends.account_id,
    ends.month,
    ends.retention_window,
    ends.basis,
    {{ add_months('ends.month', '-windows.window_months') }} as opening_month,
    {% for column in ['published_opening_mrr', 'restatement_mrr', 'fx_mrr', 'transferred_mrr'] -%}
    cast(null as decimal(18, 2)) as {{ column }},
    {% endfor -%}
    ends.opening_mrr,
    {% for column in ['expansion_mrr', 'contraction_mrr', 'churn_mrr', 'returned_mrr'] -%}
    cast(null as decimal(18, 2)) as {{ column }},
    {% endfor -%}
    ends.closing_mrr,
    cast(least(ends.opening_mrr, ends.closing_mrr) as decimal(18, 2)) as kept_mrr,
    cast(null as decimal(18, 2)) as kept_flow_mrr,
    case when ends.closing_mrr > 0 then true end as is_retained,
    {{ ratio('ends.closing_mrr', 'ends.opening_mrr') }} as nrr,
    {{ nrr_points('ends') }} as nrr_points,
    cast(null as {{ dbt.type_string() }}) as largest_driver,
    cast(null as {{ dbt.type_string() }}) as largest_driver_product_id,
    cast(null as decimal(18, 2)) as largest_driver_mrr,
    cast(null as {{ dbt.type_string() }}) as explanation
from ends
inner join windows on ends.retention_window = windows.retention_window
where ends.opening_mrr > 0
