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

windows as (

    select * from {{ ref('retention_windows') }}

),

spans as (

    select
        published_months.basis,
        spans.*
    from {{ ref('int_retention_spans') }} as spans
    inner join published_months
        on spans.knowledge_id = published_months.knowledge_id and spans.month = published_months.month
    inner join windows on spans.retention_window = windows.retention_window

),

cohorts as (

    select
        published_months.basis,
        retention.*
    from retention
    inner join published_months
        on retention.knowledge_id = published_months.knowledge_id and retention.month = published_months.month
    inner join windows on retention.retention_window = windows.retention_window

),

-- Every line that pays opens the window, whoever owns it by the end; what it closes with counts where its account is
-- in the cohort.
ends as (

    select
        spans.basis,
        spans.month,
        spans.retention_window,
        line_mrr.contract_line_id,
        line_mrr.owner_account_id,
        {{ at_rates_of('line_mrr', 'spans', 'mrr') }} as opening_mrr,
        0 as closing_mrr
    from spans
    inner join line_mrr on spans.knowledge_id = line_mrr.knowledge_id and spans.opening_month = line_mrr.month
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
        cast(sum(opening_mrr) as decimal(19, 3)) as opening_mrr,
        cast(sum(closing_mrr) as decimal(19, 3)) as closing_mrr
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
