with

responses as (

    select * from {{ ref('stg_survey_responses') }}
    where is_valid and survey = 'nps'

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

windows as (

    select
        knowledge.knowledge_id,
        knowledge.known_until,
        knowledge.closing_month as month,
        knowledge.map_date as last_day,
        {{ add_days('knowledge.map_date', '1 - versions.nps_window_days') }} as first_day
    from knowledge
    inner join versions on knowledge.map_date >= versions.valid_from and knowledge.map_date < versions.valid_to

),

-- Only a person's latest answer counts; an answer without a name stands for a person of its own.
ranked as (

    select
        account_map.paying_account_id as account_id,
        windows.month,
        responses.score,
        row_number() over (
            partition by
                account_map.paying_account_id, windows.month,
                responses.respondent_id, case when responses.respondent_id is null then responses.response_id end
            order by responses.responded_at desc, responses.response_id desc
        ) as recency
    from responses
    inner join windows
        on responses.responded_on between windows.first_day and windows.last_day
        and {{ is_known('responses', 'windows') }}
    inner join account_map
        on windows.knowledge_id = account_map.knowledge_id and responses.account_id = account_map.account_id

)

select
    account_id,
    month,
    count(*) as respondents,
    cast(sum(score) as decimal(18, 4)) as score_sum
from ranked
where recency = 1
group by account_id, month
