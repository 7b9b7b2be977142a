-- Every version weighs exactly the components that are measured, to 1, from one day on, and knows how to turn
-- each of them into points.
select
    weights.version,
    sum(weights.weight) as weight
from {{ ref('health_weights') }} as weights
left join {{ ref('health_normalisation') }} as normalisation
    on
        weights.version = normalisation.version
        and weights.component = normalisation.component
        and normalisation.size_band is null
group by weights.version
having
    sum(weights.weight) <> 1
    or count(*) <> {{ health_components() | length }}
    or count(normalisation.component) <> count(*)
    or min(weights.valid_from) <> max(weights.valid_from)
