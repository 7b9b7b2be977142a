-- Retention of a period is that of kpi_nrr where that has the window, and in any window flows close, ratios are their
-- parts, NRR is empty exactly where nothing opened, intervals hold their rate, and segments add up to the company. A
-- seal from before periods had intervals has none of them, also where that of kpi_nrr has.
{% set intervals = [
    'nrr_low', 'nrr_high', 'grr_low', 'grr_high', 'logo_retention_low', 'logo_retention_high', 'is_beyond_chance',
] -%}
{% set parts = ['opening_mrr', 'closing_mrr', 'kept_mrr', 'kept_flow_mrr', 'opening_accounts', 'retained_accounts'] -%}
with

by_period as (

    select * from {{ ref('kpi_nrr_periods') }}

),

windows as (

    select * from {{ ref('kpi_nrr') }}

),

segments as (

    select
        period_type,
        period,
        retention_window,
        {% for part in parts -%}
        sum({{ part }}) as {{ part }},
        {% endfor -%}
        basis,
        segment_type
    from by_period
    where segment_type <> 'all'
    group by period_type, period, retention_window, basis, segment_type

)

select
    'not its window' as failure,
    by_period.period_type,
    by_period.period,
    by_period.retention_window,
    by_period.segment_type,
    by_period.segment,
    by_period.basis
from by_period
inner join windows
    on
        by_period.last_month = windows.month
        and cast(by_period.window_months as {{ dbt.type_string() }}) || 'm' = windows.retention_window
        and by_period.segment_type = windows.segment_type
        and by_period.segment = windows.segment
        and by_period.basis = windows.basis
where
    by_period.nrr is distinct from windows.nrr
    {% for part in parts -%}
    or by_period.{{ part }} is distinct from windows.{{ part }}
    {% endfor -%}
    or (
        (by_period.basis = 'restated' or by_period.interval_note is not null)
        and (
            by_period.interval_note is distinct from windows.interval_note
            {% for column in intervals -%}
            or by_period.{{ column }} is distinct from windows.{{ column }}
            {% endfor -%}
        )
    )
union all
select
    'out of bounds' as failure,
    period_type,
    period,
    retention_window,
    segment_type,
    segment,
    basis
from by_period
where
    opening_mrr + expansion_mrr + contraction_mrr + churn_mrr + returned_mrr <> closing_mrr
    or (nrr is null) <> (opening_mrr = 0)
    or (grr is null) <> (opening_mrr = 0)
    or abs(nrr * opening_mrr - closing_mrr) > opening_mrr * 0.000001
    or abs(grr * opening_mrr - kept_mrr) > opening_mrr * 0.000001
    or abs(logo_retention * opening_accounts - retained_accounts) > 0.000001
    or kept_mrr < 0
    or kept_mrr > opening_mrr
    or closing_mrr < kept_mrr
    or retained_accounts > opening_accounts
    or nrr not between nrr_low and nrr_high
    or grr not between grr_low and grr_high
    or logo_retention not between logo_retention_low and logo_retention_high
union all
select
    'not the sum of its segments' as failure,
    company.period_type,
    company.period,
    company.retention_window,
    segments.segment_type,
    company.segment,
    company.basis
from by_period as company
inner join segments
    on
        company.period_type = segments.period_type
        and company.period = segments.period
        and company.retention_window = segments.retention_window
        and company.basis = segments.basis
where
    company.segment_type = 'all'
    and (
        company.opening_mrr <> segments.opening_mrr
        {% for part in parts[1:] -%}
        or company.{{ part }} <> segments.{{ part }}
        {% endfor -%}
    )
