with

responses as (

    select * from {{ ref('stg_survey_responses') }}
    where is_valid and survey = 'nps'

),

observations as (

    select * from {{ ref('int_alert_observations') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

rules as (

    {{ rules_as_columns('alert_rules', ['detractor_days']) }}

),

offer_rules as (

    {{ rules_as_columns('offer_rules', ['nps_to']) }}

),

-- What each observation knows, as far back as an answer may still speak.
known as (

    select
        account_map.paying_account_id as account_id,
        observations.observed_on,
        observations.previous_on,
        observations.next_on,
        responses.response_id,
        responses.respondent_id,
        responses.responded_at,
        responses.responded_on,
        responses.score,
        {{ add_days('responses.responded_on', 'rules.detractor_days') }} as speaks_until
    from responses
    cross join rules
    inner join observations
        on
            responses.responded_on <= observations.observed_on
            and {{ add_days('responses.responded_on', 'rules.detractor_days') }} > observations.previous_on
            and {{ is_known('responses', 'observations') }}
    inner join account_map
        on
            observations.knowledge_id = account_map.knowledge_id
            and responses.account_id = account_map.account_id

),

-- An answer speaks until the same person answers again; one without a name is nobody else's.
followed as (

    select
        *,
        lead(responded_on) over (
            partition by
                account_id, observed_on, respondent_id, case when respondent_id is null then response_id end
            order by responded_at, response_id
        ) as answered_again_on
    from known

),

dated as (

    select
        followed.*,
        {{ dated_or_observed('followed.responded_on', 'followed') }} as holds_from,
        least(followed.speaks_until, followed.next_on, coalesce(followed.answered_again_on, followed.speaks_until))
            as holds_until
    from followed

)

select
    dated.account_id,
    'detractor' as alert_kind,
    dated.respondent_id as subject,
    dated.holds_from,
    dated.holds_until,
    case when dated.respondent_id is null then 'nameless' else 'any' end as situation,
    cast(dated.score as decimal(22, 6)) as reading,
    cast(null as decimal(22, 6)) as reading_before,
    cast(offer_rules.nps_to as decimal(22, 6)) as bound,
    dated.response_id as words,
    dated.responded_on as evidence_on
from dated
cross join offer_rules
where dated.score <= offer_rules.nps_to and dated.holds_from < dated.holds_until
