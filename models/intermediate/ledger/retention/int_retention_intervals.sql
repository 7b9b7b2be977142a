{%- set keys = ['month', 'retention_window', 'segment_type', 'segment', 'basis'] -%}
with

sums as (

    select * from {{ ref('int_segment_retention') }}

),

windows as (

    select * from {{ ref('retention_windows') }}

),

sealed_rows as (

    select * from {{ ref('stg_sealed_kpi_nrr') }}

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

    {{ seal_over_unsealed(keys + ['nrr', 'nrr_low', 'nrr_high']) }}

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
