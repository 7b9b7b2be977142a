with

population as (

    select * from {{ ref('int_scoring_population') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

surveys as (

    select * from {{ ref('stg_survey_responses') }}
    where is_valid and survey = 'csat' and score is not null

),

tickets as (

    select * from {{ ref('stg_support_tickets') }}
    where is_valid

),

known_tickets as (

    select * from {{ ref('int_known_tickets') }}

),

detractors as (

    select * from {{ ref('int_detractor_accounts') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['csat_to', 'csat_days', 'severe_to']) }}

),

voices as (

    select
        account_id,
        score,
        responded_on as spoken_on,
        known_on,
        superseded_on
    from surveys
    union all
    select
        account_id,
        csat as score,
        coalesce(closed_on, opened_on) as spoken_on,
        known_on,
        superseded_on
    from tickets
    where csat is not null

),

-- An account that nobody speaks for keeps its row: joined inwards, voices would meet every account of a month first.
heard as (

    select
        population.account_id,
        population.month,
        max(case
            when
                voices.score <= rules.csat_to
                and voices.spoken_on > {{ add_days('population.month_end', '-rules.csat_days') }}
                then 1
            else 0
        end) = 1 as has_low_csat
    from population
    cross join rules
    left join account_map
        on population.knowledge_id = account_map.knowledge_id and population.account_id = account_map.paying_account_id
    left join voices
        on
            account_map.account_id = voices.account_id
            and population.month_end >= voices.spoken_on
            and {{ is_known('voices', 'population') }}
    group by population.account_id, population.month

),

severe as (

    select distinct
        known_tickets.account_id,
        known_tickets.month
    from known_tickets
    cross join rules
    where not known_tickets.is_closed and known_tickets.severity <= rules.severe_to

)

select
    population.account_id,
    population.month,
    severe.account_id is not null as has_severe_ticket,
    heard.has_low_csat,
    detractors.account_id is not null as has_detractor
from population
left join severe on population.account_id = severe.account_id and population.month = severe.month
inner join heard on population.account_id = heard.account_id and population.month = heard.month
left join detractors on population.account_id = detractors.account_id and population.month = detractors.month
