with

population as (

    select * from {{ ref('int_scoring_population') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

)

select
    population.knowledge_id,
    population.known_until,
    population.month,
    population.month_end,
    population.account_id,
    population.seats,
    population.tenure_days,
    population.tenure_days < versions.onboarding_days as is_onboarding,
    versions.score_version
from population
inner join versions
    on population.month_end >= versions.valid_from and population.month_end < versions.valid_to
