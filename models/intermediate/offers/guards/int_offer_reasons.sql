with

facts as (

    select * from {{ ref('int_offer_facts') }}

),

rules as (

    {{ rules_as_columns('offer_rules', [
        'low_utilisation', 'onboarding_gap', 'min_health_score', 'tenure_months', 'proposed_days', 'max_open_proposals',
        'max_contacts',
    ]) }}

),

-- Every reason by itself; an unknown fact sets off nothing, except that unknown health is a reason of its own.
judged as (

    select
        facts.account_id,
        facts.month,
        facts.offer_id,
        facts.guarded_by_health and facts.guarded_band = 'red' as health_red,
        facts.guarded_by_health
        and facts.guarded_band not in ('red', 'onboarding')
        and facts.health_score < rules.min_health_score as health_low,
        facts.guarded_by_health and coalesce(facts.guarded_band, 'insufficient_data') = 'insufficient_data'
            as insufficient_data,
        facts.guarded_by_health
        and facts.guarded_band = 'yellow'
        and not (facts.offer_class in ('seat_expansion', 'add_on') and facts.is_at_limit) as health_yellow,
        facts.quiet_since is not null as gone_quiet,
        {{ add_months('facts.first_paid_on', 'rules.tenure_months') }} > facts.month_end
        and not (
            facts.offer_class = 'onboarding_addon'
            and facts.delta_mrr <= cast(facts.current_mrr as decimal(29, 3)) * rules.onboarding_gap
        ) as onboarding,
        facts.has_severe_ticket as severe_ticket_open,
        facts.has_low_csat as low_csat,
        facts.has_detractor as detractor,
        facts.has_cancel_notice as cancel_notice,
        facts.is_past_due as past_due,
        facts.last_proposed_on > {{ add_days('facts.month_end', '-rules.proposed_days') }} as proposed_recently,
        facts.last_refused_on is not null as refused_recently,
        facts.offer_class = 'plan_upgrade' and facts.plan_id is null as top_plan,
        facts.is_prerequisite_missing as prerequisite_missing,
        facts.last_agreed_on is not null as already_agreed,
        facts.do_not_contact,
        facts.is_holdout as holdout,
        facts.guarded_by_health and facts.utilisation < rules.low_utilisation as low_utilisation,
        facts.open_proposals >= rules.max_open_proposals as proposal_open,
        facts.contact_days >= rules.max_contacts as contacted_often,
        facts.due_renewal_on is not null as renewal_first,
        facts.first_refused_row is not null as guard_data_refused
    from facts
    cross join rules

)

select
    account_id,
    month,
    {% for reason in guard_reasons() -%}
    coalesce({{ reason }}, false) as {{ reason }},
    {% endfor -%}
    offer_id
from judged
