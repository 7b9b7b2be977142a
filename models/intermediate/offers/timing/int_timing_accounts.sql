with

contracts as (

    select * from {{ ref('int_timing_contracts') }}

),

reference_days as (

    select * from {{ ref('int_reference_days') }}

),

events as (

    select * from {{ ref('int_timing_event_days') }}

),

value_events as (

    select * from {{ ref('int_rfm_value_events') }}

),

months as (

    select * from {{ ref('int_seen_months') }}

),

rules as (

    {{ rules_as_columns('timing_rules', [
        'adoption_months_from', 'adoption_months_to', 'review_gap_days', 'first_year_months', 'onboarding_days',
        'budget_months', 'dormancy_months', 'review_month_1', 'review_month_2', 'review_month_3',
    ]) }}

),

dated as (

    select
        reference_days.account_id,
        reference_days.reference_kind,
        reference_days.reference_on,
        contracts.first_paid_on,
        contracts.adopted_on,
        contracts.fiscal_year_end_month,
        {{ whole_months('contracts.adopted_on', 'reference_days.reference_on') }} as months_since_adoption,
        events.has_success,
        events.last_success,
        events.has_business_change,
        events.has_limit_question,
        events.signals_from,
        coalesce(events.last_review_on, contracts.adopted_on) as waits_since,
        value_events.account_id is not null as has_usage,
        {{ add_days('months.month_end', '-value_events.recency_days') }} as last_value_event_on
    from reference_days
    inner join contracts
        on
            reference_days.account_id = contracts.account_id
            and reference_days.reference_kind = contracts.reference_kind
            and reference_days.reference_on = contracts.reference_on
    inner join events
        on
            reference_days.account_id = events.account_id
            and reference_days.reference_kind = events.reference_kind
            and reference_days.reference_on = events.reference_on
    left join months on reference_days.month = months.month
    left join value_events
        on reference_days.account_id = value_events.account_id and reference_days.month = value_events.month

)

-- Who never had a review waits for one since going live; who never used what matters has been idle for ever.
select
    dated.account_id,
    dated.reference_kind,
    dated.reference_on,
    dated.first_paid_on,
    dated.adopted_on,
    {{ in_months_after(
        'dated.reference_on', 'dated.adopted_on', 'rules.adoption_months_from', 'rules.adoption_months_to'
    ) }} as adopted,
    dated.has_success as fresh_success,
    dated.last_success,
    dated.has_business_change as business_change,
    dated.has_limit_question as limit_question,
    dated.months_since_adoption in (rules.review_month_1, rules.review_month_2, rules.review_month_3) as review_month,
    case
        when dated.signals_from is not null
            then dated.reference_on > {{ add_days('dated.waits_since', 'rules.review_gap_days') }}
    end as review_overdue,
    dated.reference_on <= {{ add_months('dated.first_paid_on', 'rules.first_year_months') }} as first_year,
    dated.reference_on <= {{ add_days('dated.first_paid_on', 'rules.onboarding_days') }} as just_bought,
    (dated.fiscal_year_end_month - month(dated.reference_on) + 12) % 12 < rules.budget_months as budget_season,
    case
        when dated.has_usage
            then coalesce(
                {{ add_months('dated.last_value_event_on', 'rules.dormancy_months') }} <= dated.reference_on, true
            )
    end as dormant
from dated
cross join rules
