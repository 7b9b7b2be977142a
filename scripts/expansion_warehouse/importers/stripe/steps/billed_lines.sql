-- One row per invoice line that counts, with the days of its period: what says which terms held from which day.
select
    *,
    day_in_zone(period_start, getvariable('timezone')) as start_day,
    day_in_zone(period_end, getvariable('timezone')) as end_day,
from (
    select distinct on (id) *
    from source.invoice_lines as listed
    order by id, listed
)
where coalesce(livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep'
