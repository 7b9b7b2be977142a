-- A version of the health score, with its own rows and those of its base, weighs components that are measured, to 1,
-- and knows how to turn each of them into points; it ends at a version that states everything. Every component that is
-- measured counts in some version.
with

weights as (

    {{ rows_of_versions('health_weights', ['component']) }}

),

normalisation as (

    {{ rows_of_versions('health_normalisation', ['component']) }}

),

measured as (

    {% for component in health_components() -%}
    select '{{ component }}' as component
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    score_version,
    cast(null as {{ dbt.type_string() }}) as component,
    'builds on no version that states everything' as trouble
from {{ ref('int_health_version_bases') }}
group by score_version
having count(*) = count(base_version)

union all

select
    versions.version as score_version,
    null as component,
    'its weights do not add up to 1' as trouble
from {{ ref('health_versions') }} as versions
left join weights on versions.version = weights.score_version
group by versions.version
having coalesce(sum(weights.weight), 0) <> 1

union all

select
    weights.score_version,
    weights.component,
    'is not measured' as trouble
from weights
left join measured on weights.component = measured.component
where measured.component is null

union all

select
    weights.score_version,
    weights.component,
    'has no cut-offs' as trouble
from weights
left join normalisation
    on
        weights.score_version = normalisation.score_version
        and weights.component = normalisation.component
        and normalisation.size_band is null
where normalisation.component is null

union all

select
    null as score_version,
    measured.component,
    'counts in no version' as trouble
from measured
left join weights on measured.component = weights.component
where weights.component is null
