-- One row per subscription that counts, with the days that its lines are dated by.
select
    *,
    day_in_zone(coalesce(start_date, created), getvariable('timezone')) as start_day,
    day_in_zone(canceled_at, getvariable('timezone')) as notice_day,
    day_in_zone(coalesce(billing_cycle_anchor, start_date, created), getvariable('timezone')) as anchor_day,
from (
    select distinct on (id) *
    from source.subscriptions as listed
    order by id, listed
)
where coalesce(livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep'
