with

responses as (

    select * from {{ ref('stg_survey_responses') }}
    where is_valid and survey = 'nps' and score is not null

),

population as (

    select * from {{ ref('int_scoring_population') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

rules as (

    {{ rules_as_columns('offer_rules', ['nps_to', 'nps_days', 'detractor_share']) }}

),

deciders as (

    select * from {{ ref('int_known_contacts') }}
    where role = 'decision_maker' and not has_left

),

-- A survey names a person by the id that the contacts have, or by the user's.
decider_names as (

    select
        account_id,
        month,
        contact_id as respondent_id
    from deciders
    union all
    select
        account_id,
        month,
        user_id as respondent_id
    from deciders

),

named_deciders as (

    select distinct
        account_id,
        month,
        respondent_id
    from decider_names

),

-- Only a person's latest answer counts.
ranked as (

    select
        population.account_id,
        population.month,
        responses.respondent_id,
        responses.score,
        {{ answer_recency('responses', per=['population.account_id', 'population.month']) }} as recency
    from responses
    cross join rules
    inner join account_map on responses.account_id = account_map.account_id
    inner join population
        on
            account_map.knowledge_id = population.knowledge_id
            and account_map.paying_account_id = population.account_id
            and responses.responded_on <= population.month_end
            and responses.responded_on > {{ add_days('population.month_end', '-rules.nps_days') }}
            and {{ is_known('responses', 'population') }}

),

counted as (

    select
        ranked.account_id,
        ranked.month,
        count(*) as people,
        sum(case when ranked.score <= rules.nps_to then 1 else 0 end) as detractors,
        sum(case when ranked.score <= rules.nps_to and named_deciders.respondent_id is not null then 1 else 0 end)
            as deciding_detractors
    from ranked
    cross join rules
    left join named_deciders
        on
            ranked.account_id = named_deciders.account_id
            and ranked.month = named_deciders.month
            and ranked.respondent_id = named_deciders.respondent_id
    where ranked.recency = 1
    group by ranked.account_id, ranked.month

)

select
    counted.account_id,
    counted.month,
    cast(counted.detractors as integer) as detractors,
    cast(counted.people as integer) as people,
    cast(counted.deciding_detractors as integer) as deciding_detractors
from counted
cross join rules
where counted.detractors >= rules.detractor_share * counted.people or counted.deciding_detractors > 0
