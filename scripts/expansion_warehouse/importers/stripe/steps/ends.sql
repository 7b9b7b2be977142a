-- One row per line: the day it ends before, and how. A schedule that cancels ends with its last phase, and an item
-- that the next phase does not have ends before it.
with agreed_ends as (
    select
        listed_items.id,
        min(next_phases.day) as end_day,
    from (select distinct subscription_id, day from step.phase_terms where is_next) as next_phases
    inner join step.listed_items on next_phases.subscription_id = listed_items.subscription_id
    where listed_items.id not in (
        select phase_terms.item_id from step.phase_terms where phase_terms.is_next and phase_terms.item_id is not null
    )
    group by listed_items.id
),

schedule_ends as (
    select
        schedule_id,
        max(subscription_id) as subscription_id,
        day_in_zone(max(ends_at), getvariable('timezone')) as end_day,
    from source.phases
    where end_behavior = 'cancel' and status in ('active', 'not_started')
    group by schedule_id
),

subscription_ends as (
    select subscription_id, min(end_day) as end_day
    from schedule_ends
    where subscription_id is not null
    group by subscription_id
)

select
    lives.*,
    least(lives.end_day, agreed_ends.end_day, subscription_ends.end_day) as last_end_day,
    case
        when lives.is_taken_out then 'at once'
        when least(agreed_ends.end_day, subscription_ends.end_day) < coalesce(lives.end_day, '9999-12-31')
            then 'agreed'
        when lives.notice_day < lives.end_day then 'noticed'
        when lives.ended_at is not null then 'at once'
        when lives.end_day is not null then 'agreed'
    end as end_kind,
from step.lives
left join agreed_ends on lives.id = agreed_ends.id
left join subscription_ends on lives.subscription_id = subscription_ends.subscription_id
union all by name
select
    phase_terms.id,
    phase_terms.subscription_id,
    max(phase_terms.customer_id) as customer_id,
    min(phase_terms.moment) as created,
    false as is_listed,
    max(schedule_ends.end_day) as last_end_day,
    case when max(schedule_ends.end_day) is not null then 'agreed' end as end_kind,
from step.phase_terms
left join schedule_ends on phase_terms.schedule_id = schedule_ends.schedule_id
where phase_terms.item_id is null
group by phase_terms.id, phase_terms.subscription_id
