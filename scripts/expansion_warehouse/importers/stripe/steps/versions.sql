-- One row per line and day of a version. Notice is a version of its own, from its day on: what was before ran
-- without an end.
with versions as (
    select
        changes.*,
        ends.subscription_id,
        ends.customer_id,
        ends.created,
        ends.subscription_status,
        ends.tax_percent,
        ends.notice_day,
        ends.anchor_day,
        ends.last_end_day,
        ends.end_kind,
        least(case when ends.is_listed then ends.item_day end, min(changes.day) over of_line) as starts_on,
        lead(changes.day) over (partition by changes.id order by changes.day) as next_day,
    from step.changes
    inner join step.ends on changes.id = ends.id
    where changes.is_change
    window of_line as (partition by changes.id)
)

select
    versions.* replace (
        case when is_first then starts_on else day end as day,
        greatest(created, moment) as moment
    ),
    end_kind in ('at once', 'agreed') or (end_kind = 'noticed' and day >= notice_day) as is_ending,
from versions
union all
select
    versions.* replace (
        notice_day as day,
        notice_moment.canceled_at as moment
    ),
    true as is_ending,
from versions
inner join (select id, canceled_at from step.subscriptions) as notice_moment
    on versions.subscription_id = notice_moment.id
where end_kind = 'noticed' and day < notice_day and (next_day is null or next_day > notice_day)
