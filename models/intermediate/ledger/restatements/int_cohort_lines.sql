with

retention as (

    select * from {{ ref('int_account_retention') }}

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}

),

published_months as (

    select * from {{ ref('int_published_months') }}

),

cohorts as (

    select
        published_months.basis,
        retention.*
    from retention
    inner join published_months
        on retention.knowledge_id = published_months.knowledge_id and retention.month = published_months.month

),

-- Both ends of a line in the windows whose cohort its account belongs to.
ends as (

    select
        cohorts.basis,
        cohorts.month,
        cohorts.retention_window,
        line_mrr.contract_line_id,
        line_mrr.owner_account_id,
        case when line_mrr.fiscal_year = cohorts.fiscal_year then line_mrr.mrr else line_mrr.mrr_next_year end
            as opening_mrr,
        0 as closing_mrr
    from cohorts
    inner join line_mrr
        on
            cohorts.knowledge_id = line_mrr.knowledge_id
            and cohorts.account_id = line_mrr.account_id
            and cohorts.opening_month = line_mrr.month
    union all
    select
        cohorts.basis,
        cohorts.month,
        cohorts.retention_window,
        line_mrr.contract_line_id,
        line_mrr.owner_account_id,
        0 as opening_mrr,
        line_mrr.mrr as closing_mrr
    from cohorts
    inner join line_mrr
        on
            cohorts.knowledge_id = line_mrr.knowledge_id
            and cohorts.account_id = line_mrr.account_id
            and cohorts.month = line_mrr.month

),

current_rows as (

    select
        basis,
        month,
        retention_window,
        contract_line_id,
        max(owner_account_id) as owner_account_id,
        cast(sum(opening_mrr) as decimal(18, 2)) as opening_mrr,
        cast(sum(closing_mrr) as decimal(18, 2)) as closing_mrr
    from ends
    group by basis, month, retention_window, contract_line_id

),

sealed_rows as (

    select
        'as_reported' as basis,
        month,
        retention_window,
        contract_line_id,
        owner_account_id,
        opening_mrr,
        closing_mrr
    from {{ ref('stg_sealed_cohort_lines') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

)

{{ seal_over_unsealed([
    'basis', 'month', 'retention_window', 'contract_line_id', 'owner_account_id', 'opening_mrr', 'closing_mrr',
]) }}
