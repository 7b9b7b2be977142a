select
    subscription.id,
    subscription.customer_id,
    subscription.currency_code as currency,
    subscription.status,
    subscription.billing_period,
    subscription.billing_period_unit,
    subscription.start_date,
    subscription.started_at,
    subscription.created_at,
    subscription.trial_start,
    subscription.trial_end,
    subscription.current_term_start,
    subscription.cancelled_at,
    subscription.cancel_schedule_created_at,
    subscription.pause_date,
    subscription.resume_date,
    subscription.updated_at,
    subscription.deleted,
    coalesce(terms.contract_start, subscription.contract_term_contract_start) as contract_start,
    coalesce(terms.contract_end, subscription.contract_term_contract_end) as contract_end,
    coalesce(terms.billing_cycle, subscription.contract_term_billing_cycle) as contract_billing_cycle,
    coalesce(terms.action_at_term_end, subscription.contract_term_action_at_term_end) as contract_action
from export.subscription
left join (
    select * from export.contract_term
    where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
    -- The term that runs now, else the last one.
    qualify row_number() over (
        partition by subscription_id
        order by coalesce(status, '') <> 'active', as_moment(contract_start) desc, cast(contract_term as varchar)
    ) = 1
) as terms
    on subscription.id = terms.subscription_id
where coalesce(lower(subscription._fivetran_deleted), 'false') <> 'true'
