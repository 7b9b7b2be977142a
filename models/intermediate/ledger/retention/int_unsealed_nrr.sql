{%- set keys = ['month', 'retention_window', 'segment_type', 'segment', 'basis'] -%}
{%- set measures = [
    'opening_mrr', 'expansion_mrr', 'contraction_mrr', 'churn_mrr', 'returned_mrr', 'closing_mrr', 'kept_mrr',
    'kept_flow_mrr', 'closing_excl_pre_contracted_mrr', 'opening_accounts', 'retained_accounts',
] -%}
with

summed as (

    select * from {{ ref('int_segment_retention') }}

),

months as (

    select * from {{ ref('int_months') }}

),

windows as (

    select * from {{ ref('retention_windows') }}

),

idle as (

    {{ idle_months('summed', ['basis', 'retention_window']) }}

),

-- A window at whose opening nothing was held has a row of zeros, without rates.
complete as (

    select
        {{ (keys + measures) | join(', ') }}
    from summed
    union all
    select
        {{ keys | join(', ') }},
        {{ (['0'] * (measures | length)) | join(', ') }}
    from idle
    where retention_window in (select windows.retention_window from windows)

),

intervals as (

    select * from {{ ref('int_retention_intervals') }}

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
    from complete

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
    'FY' || substr(cast({{ fiscal_year('rated.month') }} as {{ dbt.type_string() }}), 3, 2) as fx_basis,
    {{ prefixed('intervals', [
        'nrr_low', 'nrr_high', 'grr_low', 'grr_high', 'logo_retention_low', 'logo_retention_high', 'is_beyond_chance',
    ]) }},
    coalesce(intervals.interval_note, 'small_cohort') as interval_note
from rated
left join intervals
    on
        rated.month = intervals.month
        and rated.retention_window = intervals.retention_window
        and rated.segment_type = intervals.segment_type
        and rated.segment = intervals.segment
        and rated.basis = intervals.basis
-- The bands are statements about a year.
left join bands
    on
        rated.retention_window = '12m'
        and rated.opening_mrr > 0
        and rated.closing_mrr >= coalesce(bands.nrr_from, 0) * rated.opening_mrr
        and (bands.nrr_below is null or rated.closing_mrr < bands.nrr_below * rated.opening_mrr)
