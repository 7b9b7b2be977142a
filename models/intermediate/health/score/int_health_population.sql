with

population as (

    select * from {{ ref('int_scoring_population') }}

),

account_versions as (

    select * from {{ ref('int_account_versions') }}

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
    account_versions.size_band,
    population.tenure_days,
    {{ is_onboarding('population.tenure_days', 'versions') }} as is_onboarding,
    versions.score_version
from population
inner join versions
    on population.month_end >= versions.valid_from and population.month_end < versions.valid_to
left join account_versions
    on
        population.knowledge_id = account_versions.knowledge_id
        and population.account_id = account_versions.account_id
        and population.month_end >= account_versions.valid_from
        and population.month_end < account_versions.valid_to
