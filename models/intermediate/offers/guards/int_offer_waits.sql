{#- Reasons that end by themselves on a day that is known, and their last day. -#}
{%- set last_days = {
    'onboarding': add_days(add_months('facts.first_paid_on', 'rules.tenure_months'), -1),
    'proposed_recently': add_days('facts.last_proposed_on', 'rules.proposed_days - 1'),
    'refused_recently': 'facts.refused_until',
    'renewal_first': add_days('facts.due_renewal_on', -1),
} -%}
with

reasons as (

    select * from {{ ref('int_offer_reasons') }}

),

facts as (

    select * from {{ ref('int_offer_facts') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['tenure_months', 'proposed_days']) }}

),

ended as (

    select
        reasons.account_id,
        reasons.month,
        reasons.offer_id,
        reasons.{{ guard_reasons() | reject('in', last_days) | join(' or reasons.') }} as waits_for_somebody,
        greatest(
            {% for reason, last_day in last_days.items() -%}
            case when reasons.{{ reason }} then {{ last_day }} end{{ ',' if not loop.last }}
            {% endfor -%}
        ) as last_day
    from reasons
    cross join rules
    inner join facts
        on
            reasons.account_id = facts.account_id
            and reasons.month = facts.month
            and reasons.offer_id = facts.offer_id

)

select
    account_id,
    month,
    offer_id,
    last_day as blocked_until
from ended
where not waits_for_somebody and last_day is not null
