with

measures as (

    select * from {{ ref('int_health_measures') }}

),

population as (

    select * from {{ ref('int_health_population') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

weights as (

    {{ rows_of_versions('health_weights', ['component']) }}

),

normalisation as (

    {{ rows_of_versions('health_normalisation', ['component']) }}

),

-- The raw values that give 0 and 100 points: those of the account's own size win over those for everybody.
cut_offs as (

    select
        population.account_id,
        population.month,
        everybody.component,
        coalesce(own_size.value_at_0, everybody.value_at_0) as value_at_0,
        coalesce(own_size.value_at_100, everybody.value_at_100) as value_at_100
    from population
    inner join normalisation as everybody
        on population.score_version = everybody.score_version and everybody.size_band is null
    left join normalisation as own_size
        on
            everybody.score_version = own_size.score_version
            and everybody.component = own_size.component
            and population.size_band = own_size.size_band

),

pointed as (

    select
        measures.*,
        population.seats,
        population.score_version,
        weights.weight,
        case
            when measures.situation = 'silent'
                then least(
                    {{ linear_points('measures.raw_value', 'cut_offs.value_at_0', 'cut_offs.value_at_100') }},
                    versions.silent_cap
                )
            when measures.situation in ('own_best', 'peers')
                then {{ linear_points('measures.raw_value', '0', 'versions.full_use_share') }}
            when measures.is_present
                then {{ linear_points('measures.raw_value', 'cut_offs.value_at_0', 'cut_offs.value_at_100') }}
        end as points
    from measures
    inner join population on measures.account_id = population.account_id and measures.month = population.month
    inner join versions on population.score_version = versions.score_version
    inner join weights
        on population.score_version = weights.score_version and measures.component = weights.component
    inner join cut_offs
        on
            measures.account_id = cut_offs.account_id
            and measures.month = cut_offs.month
            and measures.component = cut_offs.component

)

select
    account_id,
    month,
    component,
    score_version,
    window_days,
    situation,
    is_present,
    is_in_company,
    seats,
    observations,
    numerator,
    denominator,
    raw_value,
    cast(weight as decimal(5, 4)) as weight,
    cast(points as decimal(18, 10)) as points
from pointed
