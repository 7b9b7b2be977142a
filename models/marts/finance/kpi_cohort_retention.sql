with

account_mrr as (

    select * from {{ ref('int_account_mrr') }}
    where knowledge_id = 'restated'

),

openings as (

    select * from {{ ref('int_cohort_openings') }}

),

segments as (

    select * from {{ ref('int_account_segments') }}
    where knowledge_id = 'restated'

),

-- The segment at the cohort's own month-end counts for the whole life of the cohort.
followed as (

    select
        openings.cohort_month,
        account_mrr.month,
        account_mrr.fiscal_year,
        segments.segment_type,
        segments.closing_segment as segment,
        openings.cohort_mrr,
        account_mrr.mrr as retained_mrr,
        case when account_mrr.mrr > 0 or account_mrr.is_in_force then 1 else 0 end as is_retained
    from account_mrr
    inner join openings
        on account_mrr.account_id = openings.account_id and account_mrr.fiscal_year = openings.fiscal_year
    inner join segments
        on openings.account_id = segments.account_id and openings.cohort_month = segments.month

),

summed as (

    select
        cohort_month,
        cast({{ months_between('cohort_month', 'month') }} as integer) as months_since,
        segment_type,
        segment,
        month,
        fiscal_year,
        cast(count(*) as integer) as cohort_accounts,
        cast(sum(cohort_mrr) as decimal(18, 2)) as cohort_mrr,
        cast(sum(is_retained) as integer) as retained_accounts,
        cast(sum(retained_mrr) as decimal(18, 2)) as retained_mrr
    from followed
    group by cohort_month, segment_type, segment, month, fiscal_year

)

select
    cohort_month,
    months_since,
    segment_type,
    segment,
    month,
    cohort_accounts,
    cohort_mrr,
    retained_accounts,
    retained_mrr,
    {{ ratio('retained_mrr', 'cohort_mrr') }} as nrr,
    {{ ratio('retained_accounts', 'cohort_accounts') }} as logo_retention,
    cohort_accounts < {{ setting('min_segment_accounts') }} as is_small_sample,
    'FY' || substr(cast(fiscal_year as {{ dbt.type_string() }}), 3, 2) as fx_basis
from summed
