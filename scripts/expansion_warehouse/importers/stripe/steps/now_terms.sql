-- One row per item and day of terms that the item says now and no invoice has said yet. Nothing tells since when:
-- since the newest moment of the export, the end of a trial, or, without any invoice, the start.
with last_terms as (
    select
        id,
        max(day) as day,
        arg_max(price_id, day) as price_id,
        arg_max(quantity, day) as quantity,
        arg_max(is_trial, day) as is_trial,
    from step.billed_terms
    group by id
),

now_states as (
    select
        lives.*,
        last_terms.day as last_day,
        last_terms.is_trial as was_trial,
        export_day.day as export_day,
        export_day.moment as export_moment,
        day_in_zone(lives.trial_end, getvariable('timezone')) as trial_end_day,
        coalesce(lives.trial_end is not null and (
            lives.subscription_status in ('trialing', 'paused')
            or coalesce(lives.ended_at, export_day.moment) <= lives.trial_end
        ), false) as is_trial_now,
        last_terms.id is null as is_unbilled,
        last_terms.id is null
        or last_terms.price_id is distinct from lives.price_id
        or try_cast(last_terms.quantity as decimal(38, 6)) is distinct from try_cast(lives.quantity as decimal(38, 6))
        as is_changed,
    from step.lives
    cross join step.export_day
    left join last_terms on lives.id = last_terms.id
    left join step.prices on lives.price_id = prices.id
    where lives.is_listed and not coalesce(prices.is_metered, false)
)

select
    id,
    case
        when is_unbilled and trial_end_day > item_day then trial_end_day
        when is_unbilled then item_day
        when was_trial and not is_trial_now then trial_end_day
        else greatest(export_day, last_day)
    end as day,
    price_id,
    quantity,
    false as is_trial,
    case
        when is_unbilled and trial_end_day > item_day then greatest(created, trial_end)
        when is_unbilled then greatest(created, item_created)
        when was_trial and not is_trial_now then trial_end
        else greatest(export_moment, created)
    end as moment,
from now_states
where
    not is_trial_now
    and (is_unbilled or was_trial or (is_changed and ended_at is null))
union all
select
    id,
    case when is_unbilled then item_day else greatest(export_day, last_day) end as day,
    price_id,
    quantity,
    true as is_trial,
    case when is_unbilled then greatest(created, item_created) else greatest(export_moment, created) end as moment,
from now_states
where
    (is_unbilled and trial_end_day > item_day)
    or (is_trial_now and is_changed and not is_unbilled and ended_at is null)
