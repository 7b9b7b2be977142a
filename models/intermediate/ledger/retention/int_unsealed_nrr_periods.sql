{%- set measures = [
    'opening_mrr', 'expansion_mrr', 'contraction_mrr', 'churn_mrr', 'returned_mrr', 'closing_mrr', 'kept_mrr',
    'kept_flow_mrr', 'closing_excl_pre_contracted_mrr', 'opening_accounts', 'retained_accounts',
] -%}
{%- set intervals = [
    'nrr_low', 'nrr_high', 'grr_low', 'grr_high', 'logo_retention_low', 'logo_retention_high', 'is_beyond_chance',
] -%}
{%- set rates = ['nrr', 'grr', 'grr_flow', 'nrr_excl_pre_contracted', 'logo_retention', 'nrr_band'] -%}
with

windows as (

    select
        published_months.basis,
        windows.*
    from {{ ref('int_period_windows') }} as windows
    inner join {{ ref('int_published_months') }} as published_months
        on windows.last_month = published_months.month

),

cohorts as (

    select * from {{ ref('int_unsealed_nrr') }}

)

-- A period before which nothing was held has a row of zeros, without rates.
select
    windows.period_type,
    windows.period,
    windows.retention_window,
    coalesce(cohorts.segment_type, 'all') as segment_type,
    coalesce(cohorts.segment, 'all') as segment,
    windows.basis,
    windows.period_label,
    windows.window_months,
    windows.opening_month,
    windows.last_month,
    {% for column in measures -%}
    coalesce(cohorts.{{ column }}, 0) as {{ column }},
    {% endfor -%}
    {% for column in rates -%}
    cohorts.{{ column }},
    {% endfor -%}
    coalesce(cohorts.is_small_sample, 0 < {{ setting('min_segment_accounts') }}) as is_small_sample,
    'FY' || substr(cast({{ fiscal_year('windows.last_month') }} as {{ dbt.type_string() }}), 3, 2) as fx_basis,
    windows.is_partial,
    windows.is_closed,
    {% for column in intervals -%}
    cohorts.{{ column }},
    {% endfor -%}
    coalesce(cohorts.interval_note, 'small_cohort') as interval_note
from windows
left join cohorts
    on
        windows.basis = cohorts.basis
        and windows.cohort_window = cohorts.retention_window
        and windows.last_month = cohorts.month
where windows.retention_window = 'period' or cohorts.month is not null
