with

usage_daily as (

    select * from {{ ref('stg_usage_daily') }}

),

event_days as (

    select * from {{ ref('int_matched_usage_days') }}
    where not is_ambiguous

),

uses as (

    select distinct
        account_id,
        product_id,
        feature_key,
        used_on
    from usage_daily
    where is_valid

),

-- Events tell more than a count does. Use of no named product may be that of any.
told_by_events as (

    select
        uses.account_id,
        uses.product_id,
        uses.feature_key,
        uses.used_on,
        min(coalesce(event_days.known_on, {{ earliest_day() }})) as events_known_on
    from uses
    inner join event_days
        on
            uses.account_id = event_days.account_id
            and uses.feature_key = event_days.feature_key
            and uses.used_on = event_days.occurred_on
            and coalesce(uses.product_id, event_days.product_id, '')
            = coalesce(event_days.product_id, uses.product_id, '')
    group by uses.account_id, uses.product_id, uses.feature_key, uses.used_on

)

select
    usage_daily.account_id,
    usage_daily.user_id,
    usage_daily.product_id,
    usage_daily.feature_key,
    usage_daily.used_on,
    usage_daily.event_count,
    cast(usage_daily.quantity as decimal(28, 4)) as quantity,
    usage_daily.known_on,
    least(usage_daily.superseded_on, told_by_events.events_known_on) as superseded_on,
    usage_daily.is_valid
    and usage_daily.event_count > 0
    and coalesce(
        least(usage_daily.superseded_on, told_by_events.events_known_on)
        > coalesce(usage_daily.known_on, {{ earliest_day() }}), true
    ) as is_counted,
    usage_daily.quarantine_reason,
    case
        when usage_daily.exclusion_reason is not null then usage_daily.exclusion_reason
        when usage_daily.is_valid and told_by_events.events_known_on <= {{ known_until() }} then 'counted_in_events'
    end as exclusion_reason,
    usage_daily._reject_column,
    usage_daily._row_json,
    usage_daily._source_file
from usage_daily
left join told_by_events
    on
        usage_daily.account_id = told_by_events.account_id
        and coalesce(usage_daily.product_id, '') = coalesce(told_by_events.product_id, '')
        and usage_daily.feature_key = told_by_events.feature_key
        and usage_daily.used_on = told_by_events.used_on
