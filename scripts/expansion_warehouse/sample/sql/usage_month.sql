-- The events of one month: `month_events` of them, spread over its active days of people.
create or replace temp table month_usage as
with weighted as (
    select
        *,
        1 + mixed('weight', n, product, person, day) % 3 as weight
    from active_days(getvariable('month_number'))
),

cumulated as (
    select
        *,
        sum(weight) over (order by day, n, product, person rows unbounded preceding) as weight_until,
        sum(weight) over () as weight_in_all
    from weighted
),

-- Rounding the running total makes the month's number of events exact.
shared as (
    select
        *,
        cast((weight_until - weight) * getvariable('month_events') // weight_in_all as bigint) as first_event,
        cast(weight_until * getvariable('month_events') // weight_in_all as bigint) as next_event
    from cumulated
),

single as (
    select
        *,
        unnest(range(first_event, next_event)) as i
    from shared
),

chosen as (
    select
        *,
        mixed('event', m, i) as luck,
        -- The country decides when people work; all of it falls into one day of UTC.
        case country when 'JP' then 0 when 'US' then 46800 else 25200 end as day_starts
    from single
),

timed as (
    select
        *,
        features[1 + cast((luck >> 8) % len(features) as bigint)] as feature,
        (luck & 255) < 60 as is_login,
        cast(day as timestamp) + to_seconds(cast(day_starts + (luck >> 20) % 36000 as bigint)) as occurred_at
    from chosen
)

select
    strftime(day, '%Y%m') || '-' || lpad(cast(i as varchar), 9, '0') as event_id,
    account_id,
    account_id || '-' || left(product, 2) || person as user_id,
    case when is_login then product else feature[1] end as product_id,
    case when is_login then 'login' else feature[2] end as feature_key,
    occurred_at,
    case when (luck >> 40) % 10 = 0 then 2 + cast((luck >> 44) % 9 as integer) else 1 end as quantity,
    -- One event in a hundred arrives up to three days late.
    occurred_at + to_seconds(cast(
        case when (luck >> 50) % 100 = 0 then 3600 + (luck >> 30) % 259200 else 20 + (luck >> 30) % 600 end as bigint
    )) as recorded_at
from timed;
