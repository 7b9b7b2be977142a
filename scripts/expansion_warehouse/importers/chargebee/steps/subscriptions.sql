-- One row per subscription in its last state, with the days and months that its lines are made of. Exports that go on
-- from the last one hold a subscription again for each of its changes.
select
    *,
    site_day(coalesce(trial_start, started_at, start_date, created_at)) as first_day,
    trial_start is not null and trial_end is not null as has_trial,
    site_day(coalesce(case when trial_start is not null then trial_end end, started_at, start_date, created_at))
        as paid_from,
    case
        when status in ('cancelled', 'non_renewing')
            then day_before(site_day(cancelled_at))
        when contract_action = 'cancel' then day_before(site_day(contract_end))
    end as last_day,
    site_day(created_at) as created_day,
    site_day(current_term_start) as term_day,
    site_day(contract_start) as contract_day,
    case billing_period_unit when 'month' then 1 when 'year' then 12 end
    * try_cast(billing_period as integer) as billing_months,
    billing_months * try_cast(contract_billing_cycle as integer) as term_months
from source.subscriptions
qualify row_number() over (
    partition by id order by as_moment(updated_at) desc nulls last, cast(subscriptions as varchar)
) = 1
