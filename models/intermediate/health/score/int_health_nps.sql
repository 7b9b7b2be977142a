with

responses as (

    select * from {{ ref('stg_survey_responses') }}
    where is_valid and survey = 'nps' and score is not null

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

population as (

    select * from {{ ref('int_health_population') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

-- Only a person's latest answer counts.
ranked as (

    select
        account_map.paying_account_id as account_id,
        knowledge.closing_month as month,
        responses.score,
        {{ answer_recency('responses', per=['account_map.paying_account_id', 'knowledge.closing_month']) }} as recency
    from responses
    inner join knowledge
        on responses.responded_on <= knowledge.map_date and {{ is_known('responses', 'knowledge') }}
    inner join versions
        on
            knowledge.map_date >= versions.valid_from
            and knowledge.map_date < versions.valid_to
            and responses.responded_on > {{ add_days('knowledge.map_date', '-versions.nps_window_days') }}
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and responses.account_id = account_map.account_id

),

answered as (

    select
        account_id,
        month,
        count(*) as respondents,
        sum(score) as score_sum
    from ranked
    where recency = 1
    group by account_id, month

)

-- Nobody's answer is missing, not 0.
select
    population.account_id,
    population.month,
    cast(versions.nps_window_days as integer) as window_days,
    case when answered.respondents is null then 'no_response' else 'scored' end as situation,
    answered.respondents as observations,
    cast(answered.score_sum as decimal(22, 4)) as numerator,
    cast(answered.respondents as decimal(22, 4)) as denominator
from population
inner join versions on population.score_version = versions.score_version
left join answered on population.account_id = answered.account_id and population.month = answered.month
