with

population as (

    select * from {{ ref('int_health_population') }}

),

normalisation as (

    select * from {{ ref('health_normalisation') }}

)

-- The cut-offs of the account's own size win over those for everybody.
select
    population.account_id,
    population.month,
    everybody.component,
    coalesce(own_size.value_at_0, everybody.value_at_0) as value_at_0,
    coalesce(own_size.value_at_100, everybody.value_at_100) as value_at_100
from population
inner join normalisation as everybody
    on population.score_version = everybody.version and everybody.size_band is null
left join normalisation as own_size
    on
        everybody.version = own_size.version
        and everybody.component = own_size.component
        and population.size_band = own_size.size_band
