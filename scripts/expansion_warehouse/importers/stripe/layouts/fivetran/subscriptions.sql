-- The table of today's subscriptions, else the active rows of the history.
with listed as (
    select
        id, customer_id, status, created, start_date, trial_start, trial_end, cancel_at, cancel_at_period_end,
        canceled_at, ended_at, current_period_end, billing_cycle_anchor, livemode,
    from export.subscription
    union all
    select
        id, customer_id, status, created, start_date, trial_start, trial_end, cancel_at, cancel_at_period_end,
        canceled_at, ended_at, current_period_end, billing_cycle_anchor, livemode,
    from export.subscription_history
    where
        lower(coalesce(cast(_fivetran_active as varchar), 'true')) = 'true'
        and id not in (select known.id from export.subscription as known where known.id is not null)
)

select
    id,
    customer_id,
    status,
    cast(null as varchar) as currency,
    as_moment(created) as created,
    as_moment(start_date) as start_date,
    as_moment(trial_start) as trial_start,
    as_moment(trial_end) as trial_end,
    as_moment(cancel_at) as cancel_at,
    lower(cast(cancel_at_period_end as varchar)) as cancel_at_period_end,
    as_moment(canceled_at) as canceled_at,
    as_moment(ended_at) as ended_at,
    as_moment(current_period_end) as current_period_end,
    as_moment(billing_cycle_anchor) as billing_cycle_anchor,
    cast(null as varchar) as tax_percent,
    lower(cast(livemode as varchar)) as livemode,
from listed
