-- One row per version of a recurring line. A trial comes before the first paid day, with what was then agreed; who is
-- on trial still has nothing else.
select
    states.*,
    false as is_trial
from step.states
left join step.subscriptions on states.subscription_id = subscriptions.id
where
    states.is_billed or states.is_scheduled or not coalesce(subscriptions.has_trial, false)
    or (
        subscriptions.status <> 'in_trial'
        and states.effective_from <= coalesce(subscriptions.last_day, states.effective_from)
    )

union all

select
    states.* replace (subscriptions.first_day as effective_from),
    true as is_trial
from step.states
inner join step.subscriptions on states.subscription_id = subscriptions.id
where
    subscriptions.has_trial and not states.is_scheduled and subscriptions.first_day < states.effective_from
    and states.effective_from <= day_after(day_after(subscriptions.paid_from))
qualify row_number() over (partition by states.line_id order by states.effective_from) = 1
