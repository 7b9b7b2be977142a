with

population as (

    select * from {{ ref('int_scoring_population') }}

),

health as (

    select * from {{ ref('int_health_states') }}

),

voices as (

    select * from {{ ref('int_dissatisfied_accounts') }}

),

talks as (

    select * from {{ ref('int_recent_contacts') }}

),

holdouts as (

    select * from {{ ref('int_offer_holdouts') }}

),

account_versions as (

    select * from {{ ref('int_account_versions') }}

),

quiet_accounts as (

    select * from {{ ref('int_quiet_accounts') }}

),

due_renewals as (

    select * from {{ ref('int_due_renewals') }}

),

refused_rows as (

    select * from {{ ref('int_refused_guard_rows') }}

),

usage_months as (

    select * from {{ ref('int_usage_months') }}

),

held as (

    select
        account_id,
        month,
        max(account_mrr) as account_mrr
    from {{ ref('int_held_products') }}
    group by account_id, month

),

-- Notice and overdue payments have a guard of their own: the band that this one reads is the one without them.
banded as (

    select
        *,
        case
            when is_onboarding then 'onboarding'
            when has_score_drop or has_severe_open_ticket then 'red'
            when health_score is null then 'insufficient_data'
            else state_band
        end as own_band
    from health

)

-- Inside a month the last month-end counts too: the worse of both bands guards. Who has fallen silent is not green.
select
    population.account_id,
    population.month,
    population.month_end,
    population.first_paid_on,
    held.account_mrr,
    {{ not_green_when('health.health_band', 'quiet_accounts.account_id is not null') }} as health_band,
    health.health_score,
    month_end_health.health_band as month_end_band,
    case
        when health.own_band = 'red' or month_end_health.own_band = 'red' then 'red'
        when health.own_band is null then 'insufficient_data'
        when month_end_health.own_band = 'yellow' then {{ not_green_when('health.own_band', 'true') }}
        else {{ not_green_when('health.own_band', 'quiet_accounts.account_id is not null') }}
    end as guarded_band,
    quiet_accounts.last_used_on as quiet_since,
    due_renewals.renewal_on as due_renewal_on,
    refused_rows.first_refused_row,
    coalesce(health.has_cancel_notice, false) as has_cancel_notice,
    coalesce(health.is_past_due, false) as is_past_due,
    voices.has_severe_ticket,
    voices.has_low_csat,
    voices.has_detractor,
    talks.last_proposed_on,
    coalesce(talks.open_proposals, 0) as open_proposals,
    coalesce(talks.contact_days, 0) as contact_days,
    coalesce(account_versions.do_not_contact, false) as do_not_contact,
    holdouts.account_id is not null as is_holdout,
    {{ ratio('usage_months.seats_used', 'usage_months.seats') }} as seat_utilisation
from population
inner join held on population.account_id = held.account_id and population.month = held.month
inner join voices on population.account_id = voices.account_id and population.month = voices.month
left join banded as health on population.account_id = health.account_id and population.month = health.month
left join banded as month_end_health
    on
        population.account_id = month_end_health.account_id
        and population.knowledge_id = 'today'
        and month_end_health.month = {{ add_months('population.month', -1) }}
left join quiet_accounts
    on population.account_id = quiet_accounts.account_id and population.month = quiet_accounts.month
left join due_renewals on population.account_id = due_renewals.account_id and population.month = due_renewals.month
left join refused_rows on population.account_id = refused_rows.account_id and population.month = refused_rows.month
left join talks on population.account_id = talks.account_id and population.month = talks.month
left join holdouts on population.account_id = holdouts.account_id and population.month = holdouts.month
left join usage_months on population.account_id = usage_months.account_id and population.month = usage_months.month
left join account_versions
    on
        population.knowledge_id = account_versions.knowledge_id
        and population.account_id = account_versions.account_id
        and population.month_end >= account_versions.valid_from
        and population.month_end < account_versions.valid_to
