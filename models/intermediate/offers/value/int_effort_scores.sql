with

population as (

    select * from {{ ref('int_health_population') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['effort_window_days']) }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

responses as (

    select * from {{ ref('stg_survey_responses') }}
    where is_valid and survey = 'ces' and score is not null

),

scales as (

    select * from {{ ref('survey_scales') }}
    where survey = 'ces'

),

-- Joined outwards, so that an answer meets the months of its own account and no others.
answered as (

    select
        population.account_id,
        population.month,
        responses.response_id,
        responses.score,
        {{ answer_recency('responses', per=['population.account_id', 'population.month']) }} as recency
    from population
    cross join rules
    left join account_map
        on population.knowledge_id = account_map.knowledge_id and population.account_id = account_map.paying_account_id
    left join responses
        on
            account_map.account_id = responses.account_id
            and population.month_end >= responses.responded_on
            and responses.responded_on > {{ add_days('population.month_end', '-rules.effort_window_days') }}
            and {{ is_known('responses', 'population') }}

),

meant as (

    select
        account_id,
        month,
        {{ ratio('sum(score)', 'count(*)') }} as mean_score
    from answered
    where recency = 1 and response_id is not null
    group by account_id, month

)

-- The lowest answer is the hardest, the highest the easiest.
select
    meant.account_id,
    meant.month,
    {{ linear_points('meant.mean_score', 'scales.scale_min', 'scales.scale_max') }} as points
from meant
cross join scales
