-- One row per track, page and screen call. The account is that of the call, else that of the last group
-- call of its user before it.
with calls as (
    select
        id,
        'track' as kind,
        event as name,
        user_id,
        context_group_id,
        case when getvariable('account_column') is not null then to_json(tracks) ->> getvariable('account_column') end
            as stated_account,
        coalesce(timestamp, original_timestamp, sent_at, received_at) as occurred_at,
        received_at,
    from export.tracks
    union all
    select
        id,
        'page' as kind,
        coalesce(name, path, 'page') as name,
        user_id,
        context_group_id,
        case when getvariable('account_column') is not null then to_json(pages) ->> getvariable('account_column') end
            as stated_account,
        coalesce(timestamp, original_timestamp, sent_at, received_at) as occurred_at,
        received_at,
    from export.pages
    union all
    select
        id,
        'screen' as kind,
        coalesce(name, 'screen') as name,
        user_id,
        context_group_id,
        case when getvariable('account_column') is not null then to_json(screens) ->> getvariable('account_column') end
            as stated_account,
        coalesce(timestamp, original_timestamp, sent_at, received_at) as occurred_at,
        received_at,
    from export.screens
),

moments as (
    select
        calls.* replace (utc_moment(calls.occurred_at) as occurred_at, utc_moment(calls.received_at) as received_at),
        coalesce(try_cast(utc_moment(calls.occurred_at) as timestamp), timestamp '0001-01-01') as moment,
    from calls
),

joined as (
    select
        user_id,
        coalesce(
            try_cast(utc_moment(coalesce(timestamp, original_timestamp, sent_at, received_at)) as timestamp),
            timestamp '0001-01-01'
        ) as moment,
        max(group_id) as group_id,
    from export.groups
    where getvariable('group_calls') = 'counted' and group_id is not null and user_id is not null
    group by all
),

placed as (
    select
        moments.*,
        case
            when getvariable('account_column') is not null then moments.stated_account
            else coalesce(moments.context_group_id, joined.group_id)
        end as account_id,
    from moments
    asof left join joined on moments.user_id = joined.user_id and moments.moment >= joined.moment
)

select
    id as event_id,
    kind,
    case when kind = 'track' and is_listed(name, getvariable('login_events')) then 'login' else name end as feature_key,
    user_id,
    account_id,
    occurred_at,
    received_at as recorded_at,
    case
        when kind = 'page' and getvariable('pages') <> 'counted' then 'page'
        when kind = 'screen' and getvariable('screens') <> 'counted' then 'screen'
        when kind = 'track' and is_listed(name, getvariable('ignored_events')) then 'ignored'
        when account_id is null and getvariable('without_account') <> 'kept' then 'no account'
    end as left_out,
from placed
