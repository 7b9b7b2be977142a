-- The tax that a price includes is the sum of the subscription's default rates that are inclusive.
with included as (
    select
        _dlt_parent_id,
        added_up(percentage) as tax_percent,
    from export.default_tax_rates
    where lower(cast(inclusive as varchar)) = 'true'
    group by _dlt_parent_id
)

select
    subscriptions.id,
    subscriptions.customer as customer_id,
    subscriptions.status,
    subscriptions.currency,
    as_moment(subscriptions.created) as created,
    as_moment(subscriptions.start_date) as start_date,
    as_moment(subscriptions.trial_start) as trial_start,
    as_moment(subscriptions.trial_end) as trial_end,
    as_moment(subscriptions.cancel_at) as cancel_at,
    lower(cast(subscriptions.cancel_at_period_end as varchar)) as cancel_at_period_end,
    as_moment(subscriptions.canceled_at) as canceled_at,
    as_moment(subscriptions.ended_at) as ended_at,
    as_moment(subscriptions.current_period_end) as current_period_end,
    as_moment(subscriptions.billing_cycle_anchor) as billing_cycle_anchor,
    included.tax_percent,
    lower(cast(subscriptions.livemode as varchar)) as livemode,
from export.subscriptions as subscriptions
left join included on subscriptions._dlt_id = included._dlt_parent_id
