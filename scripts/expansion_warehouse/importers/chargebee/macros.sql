-- The day of a moment by the clocks of the Chargebee site.
create macro site_day(x) as day_in_zone(x, getvariable('time_zone'));

-- The last day of a period, which may end with its last second or with the first of the next one.
create macro last_day_of_period(x) as day_before(site_day(
    coalesce(cast(try_cast(as_moment(x) as timestamptz) + interval 1 second as varchar), x)
));

-- A contract line: the plan of a subscription, whichever it is, or one of its other items.
create macro line_of(subscription, item, is_plan)
as concat_ws('|', subscription, case when not coalesce(is_plan, false) then item end);
