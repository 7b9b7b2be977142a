{%- set measures = [
    'opening_mrr', 'expansion_mrr', 'contraction_mrr', 'churn_mrr', 'returned_mrr', 'closing_mrr', 'kept_mrr',
    'kept_flow_mrr', 'closing_excl_pre_contracted_mrr', 'opening_accounts', 'retained_accounts',
] -%}
{%- set rates = [
    'nrr', 'grr', 'grr_flow', 'nrr_excl_pre_contracted', 'logo_retention', 'nrr_band', 'is_small_sample',
] -%}
{%- set intervals = [
    'nrr_low', 'nrr_high', 'grr_low', 'grr_high', 'logo_retention_low', 'logo_retention_high', 'is_beyond_chance',
    'interval_note',
] -%}
with

sealed_periods as (

    select distinct
        period_type,
        period,
        last_month
    from {{ ref('stg_sealed_kpi_nrr_periods') }}

),

cohorts as (

    select * from {{ ref('stg_sealed_kpi_nrr') }}

),

-- Periods that the seal of their last month has not: it is older than kpi_nrr_periods, or of when they had gone on.
windows as (

    select windows.*
    from {{ ref('int_period_windows') }} as windows
    inner join {{ ref('int_sealed_months') }} as sealed_months on windows.last_month = sealed_months.month
    left join sealed_periods
        on
            windows.period_type = sealed_periods.period_type
            and windows.period = sealed_periods.period
            and windows.last_month = sealed_periods.last_month
    where sealed_periods.period is null

)

-- The seal has the windows of kpi_nrr; of others nothing is known any more.
select
    windows.period_type,
    windows.period,
    windows.retention_window,
    coalesce(cohorts.segment_type, 'all') as segment_type,
    coalesce(cohorts.segment, 'all') as segment,
    'as_reported' as basis,
    windows.period_label,
    windows.window_months,
    windows.opening_month,
    windows.last_month,
    {% for column in measures + rates -%}
    cohorts.{{ column }},
    {% endfor -%}
    'FY' || substr(cast({{ fiscal_year('windows.last_month') }} as {{ dbt.type_string() }}), 3, 2) as fx_basis,
    windows.is_partial,
    windows.is_closed,
    {{ prefixed('cohorts', intervals) }}
from windows
left join cohorts
    on windows.cohort_window = cohorts.retention_window and windows.last_month = cohorts.month
where windows.retention_window = 'period' or cohorts.month is not null
