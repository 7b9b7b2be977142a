with

detractors as (

    select * from {{ ref('int_detractor_alerts') }}

),

observations as (

    select * from {{ ref('int_alert_observations') }}

),

contacts as (

    select * from {{ ref('int_known_contacts') }}

),

rules as (

    {{ rules_as_columns('alert_rules', ['champion_days']) }}

),

decider_names as (

    {{ names_of_deciders('contacts') }}

),

left_champions as (

    select
        contacts.account_id,
        contacts.contact_id,
        contacts.left_on,
        rules.champion_days,
        {{ dated_or_observed('contacts.left_on', 'observations') }} as holds_from,
        least(
            {{ add_days('contacts.left_on', 'rules.champion_days') }}, observations.next_on
        ) as holds_until
    from contacts
    cross join rules
    inner join observations on contacts.month = observations.month
    where contacts.role = 'champion' and contacts.has_left

)

select
    detractors.account_id,
    case
        when decider_names.respondent_id is null then 'detractor' else 'decision_maker_detractor'
    end as alert_kind,
    detractors.subject,
    detractors.holds_from,
    detractors.holds_until,
    detractors.situation,
    detractors.reading,
    detractors.reading_before,
    detractors.bound,
    detractors.words,
    detractors.evidence_on
from detractors
inner join observations
    on detractors.holds_from > observations.previous_on and detractors.holds_from <= observations.observed_on
left join decider_names
    on
        detractors.account_id = decider_names.account_id
        and observations.month = decider_names.month
        and detractors.subject = decider_names.respondent_id
union all
select
    account_id,
    'champion_left' as alert_kind,
    contact_id as subject,
    holds_from,
    holds_until,
    'any' as situation,
    cast(null as decimal(22, 6)) as reading,
    cast(null as decimal(22, 6)) as reading_before,
    cast(champion_days as decimal(22, 6)) as bound,
    contact_id as words,
    left_on as evidence_on
from left_champions
where holds_from < holds_until
