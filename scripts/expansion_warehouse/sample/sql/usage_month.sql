-- The events of one month: `month_events` of them, spread over the days on which people worked.
create or replace temp table month_usage as
with weighted as (
    select *, 1 + mixed('weight', n, product, person, day) % 3 as weight
    from active_days(getvariable('month_number'))
),

cumulated as (
    select
        *,
        cast(sum(weight) over (order by day, n, product, person rows unbounded preceding) as hugeint) as weight_until,
        cast(sum(weight) over () as hugeint) as weight_in_all
    from weighted
),

-- Rounding the running total makes the month's number of events exact.
shared as (
    select
        c.* exclude (weight, weight_until, weight_in_all),
        h.choices,
        cast((weight_until - weight) * getvariable('month_events') // weight_in_all as bigint) as first_event,
        cast(weight_until * getvariable('month_events') // weight_in_all as bigint) as next_event
    from cumulated as c
    join usage_choices as h on c.n = h.n and c.m = h.m and c.product = h.product
),

single as (
    select * exclude (first_event, next_event), unnest(range(first_event, next_event)) as i
    from shared
),

-- One hash per event is enough: each choice takes other bits of it.
chosen as (
    select
        *,
        cast(mixed('event', m, i) >> 1 as bigint) as luck
    from single
),

timed as (
    select
        *,
        case when luck & 255 < 60 then 0 else 1 end as uses_feature,
        (luck >> 8) % 4093 % choices as place,
        -- The country decides when people work; all of it falls into one day of UTC.
        cast(day as timestamp) + to_seconds(
            case country when 'JP' then 0 when 'US' then 46800 else 25200 end + (luck >> 20) % 36000
        ) as occurred_at
    from chosen
)

select
    strftime(t.day, '%Y%m') || '-' || lpad(cast(t.i as varchar), 9, '0') as event_id,
    t.account_id,
    t.account_id || '-' || left(t.product, 2) || t.person as user_id,
    case t.uses_feature when 1 then f.feature_product else t.product end as product_id,
    case t.uses_feature when 1 then f.feature_key else 'login' end as feature_key,
    t.occurred_at,
    case when (t.luck >> 40) % 10 = 0 then 2 + (t.luck >> 44) % 9 else 1 end as quantity,
    -- One event in a hundred arrives up to three days late.
    t.occurred_at + to_seconds(
        case when (t.luck >> 50) % 100 = 0 then 3600 + (t.luck >> 30) % 259200 else 20 + (t.luck >> 30) % 600 end
    ) as recorded_at
from timed as t
join usage_features as f on t.n = f.n and t.m = f.m and t.product = f.product and t.place = f.place;
