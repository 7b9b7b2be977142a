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

contacts as (

    select * from {{ ref('int_known_contacts') }}

),

decider_names as (

    {{ names_of_deciders('contacts') }}

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
        sum(case when ranked.score <= rules.nps_to and decider_names.respondent_id is not null then 1 else 0 end)
            as deciding_detractors
    from ranked
    cross join rules
    left join decider_names
        on
            ranked.account_id = decider_names.account_id
            and ranked.month = decider_names.month
            and ranked.respondent_id = decider_names.respondent_id
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
