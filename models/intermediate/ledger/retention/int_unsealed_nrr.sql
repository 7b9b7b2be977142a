with

summed as (

    select * from {{ ref('int_segment_retention') }}

),

bands as (

    select * from {{ ref('nrr_bands') }}

),

rated as (

    select
        *,
        {{ ratio('closing_mrr', 'opening_mrr') }} as nrr,
        {{ ratio('kept_mrr', 'opening_mrr') }} as grr,
        {{ ratio('kept_flow_mrr', 'opening_mrr') }} as grr_flow,
        {{ ratio('closing_excl_pre_contracted_mrr', 'opening_mrr') }} as nrr_excl_pre_contracted,
        {{ ratio('retained_accounts', 'opening_accounts') }} as logo_retention
    from summed

)

select
    rated.month,
    rated.retention_window,
    rated.segment_type,
    rated.segment,
    rated.basis,
    rated.opening_mrr,
    rated.expansion_mrr,
    rated.contraction_mrr,
    rated.churn_mrr,
    rated.returned_mrr,
    rated.closing_mrr,
    rated.kept_mrr,
    rated.kept_flow_mrr,
    rated.closing_excl_pre_contracted_mrr,
    rated.opening_accounts,
    rated.retained_accounts,
    rated.nrr,
    rated.grr,
    rated.grr_flow,
    rated.nrr_excl_pre_contracted,
    rated.logo_retention,
    bands.band as nrr_band,
    rated.opening_accounts < {{ setting('min_segment_accounts') }} as is_small_sample,
    'FY' || substr(cast(rated.fiscal_year as {{ dbt.type_string() }}), 3, 2) as fx_basis
from rated
left join bands
    on
        rated.closing_mrr >= coalesce(bands.nrr_from, 0) * rated.opening_mrr
        and (bands.nrr_below is null or rated.closing_mrr < bands.nrr_below * rated.opening_mrr)
