{%- set keys = ['month', 'retention_window', 'segment_type', 'segment', 'basis'] -%}
{%- set published = ['nrr', 'nrr_low', 'nrr_high'] -%}
with

sums as (

    select * from {{ ref('int_segment_retention') }}

),

windows as (

    select
        retention_window,
        window_months
    from {{ ref('retention_windows') }}
    union distinct
    select
        cohort_window as retention_window,
        window_months
    from {{ ref('int_period_windows') }}

),

-- Windows that only a period has are in the seal of its last month.
sealed_rows as (

    select
        {{ (keys + published) | join(',\n        ') }}
    from {{ ref('stg_sealed_kpi_nrr') }}
    union distinct
    select
        last_month as month,
        cast(window_months as {{ dbt.type_string() }}) || 'm' as retention_window,
        {{ (keys[2:] + published) | join(',\n        ') }}
    from {{ ref('stg_sealed_kpi_nrr_periods') }}
    where cast(window_months as {{ dbt.type_string() }}) || 'm' not in (
        select listed.retention_window from {{ ref('retention_windows') }} as listed
    )

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

rules as (

    {{ rules_as_columns('interval_rules', [
        'z', 'min_accounts', 'max_opening_share', 'min_growths', 'one_event', 'two_events',
    ]) }}

),

{{ retention_intervals('sums') }},

current_rows as (

    select
        {{ keys | join(', ') }},
        net as nrr,
        nrr_low,
        nrr_high
    from intervals

),

-- What was published of the window before, as it was published.
published as (

    {{ seal_over_unsealed(keys + published) }}

),

-- The window before ends where this one begins: the two share no month.
compared as (

    select
        intervals.*,
        {{ newcombe_bound('intervals.net', 'intervals.nrr_low', 'published.nrr', 'published.nrr_high', '-') }}
            as change_low,
        {{ newcombe_bound('intervals.net', 'intervals.nrr_high', 'published.nrr', 'published.nrr_low', '+') }}
            as change_high
    from intervals
    inner join windows on intervals.retention_window = windows.retention_window
    left join published
        on
            intervals.basis = published.basis
            and intervals.retention_window = published.retention_window
            and intervals.segment_type = published.segment_type
            and intervals.segment = published.segment
            and published.month = {{ add_months('intervals.month', '-windows.window_months') }}

)

select
    {{ keys | join(',\n    ') }},
    nrr_low,
    nrr_high,
    grr_low,
    grr_high,
    logo_retention_low,
    logo_retention_high,
    change_low > 0 or change_high < 0 as is_beyond_chance,
    interval_note
from compared
