-- One row per event. Who was not identified has a distinct_id that is that of the device.
with described as (
    select
        coalesce(uuid, id) as event_id,
        event,
        distinct_id,
        person_id,
        utc_moment(timestamp) as occurred_at,
        utc_moment(created_at) as recorded_at,
        try_cast(properties as json) as properties,
    from export.events
),

told as (
    select
        *,
        coalesce(
            properties -> named('$groups') ->> named(getvariable('group_type')),
            properties ->> named('$group_' || getvariable('group_index'))
        ) as group_key,
        properties ->> named(getvariable('account_property')) as stated_account,
        split_part(
            coalesce(
                properties ->> named('$host'), regexp_extract(properties ->> named('$current_url'), '^[a-z]+://([^/]+)', 1), ''
            ), ':', 1
        ) as host,
        coalesce(
            properties ->> named('$is_identified') = 'false'
            or properties ->> named('$process_person_profile') = 'false'
            or distinct_id = properties ->> named('$device_id'), false
        ) as is_anonymous,
    from described
),

placed as (
    select
        *,
        nullif(case when getvariable('account_property') is null then group_key else stated_account end, '')
            as account_id,
    from told
)

select
    event_id,
    event,
    case
        when is_listed(event, getvariable('login_events')) then 'login'
        when event in ('$pageview', '$screen')
            then coalesce(properties ->> named('$screen_name'), properties ->> named('$pathname'), event)
        when event = '$autocapture' then coalesce(properties ->> named('$el_text'), event)
        else event
    end as feature_key,
    case
        when is_anonymous and getvariable('anonymous') = 'empty' then null
        when getvariable('user') = 'person_id' then person_id
        else distinct_id
    end as user_id,
    account_id,
    occurred_at,
    recorded_at,
    case
        when is_listed(host, getvariable('ignored_hosts')) then 'test'
        when event = '$autocapture' and getvariable('autocapture') <> 'counted' then 'autocapture'
        when event in ('$pageview', '$screen') and getvariable('pages') <> 'counted' then 'page'
        when event like '$%' and event not in ('$autocapture', '$pageview', '$screen') then 'system'
        when is_listed(event, getvariable('ignored_events')) then 'ignored'
        when account_id is null and getvariable('without_account') <> 'kept' then 'no account'
    end as left_out,
from placed
