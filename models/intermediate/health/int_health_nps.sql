with

responses as (

    select * from {{ ref('stg_survey_responses') }}
    where is_valid and survey = 'nps'

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

-- Only a person's latest answer counts; an answer without a name stands for a person of its own.
ranked as (

    select
        population.account_id,
        population.month,
        responses.score,
        row_number() over (
            partition by
                population.account_id, population.month,
                responses.respondent_id, case when responses.respondent_id is null then responses.response_id end
            order by responses.responded_at desc, responses.response_id desc
        ) as recency
    from population
    inner join versions on population.score_version = versions.score_version
    inner join account_map
        on population.knowledge_id = account_map.knowledge_id and population.account_id = account_map.paying_account_id
    inner join responses
        on account_map.account_id = responses.account_id
        and responses.responded_on <= population.month_end
        and responses.responded_on > {{ add_days('population.month_end', '-versions.nps_window_days') }}
        and {{ is_known('responses', 'population') }}

)

select
    account_id,
    month,
    count(*) as respondents,
    cast(sum(score) as decimal(18, 4)) as score_sum
from ranked
where recency = 1
group by account_id, month
