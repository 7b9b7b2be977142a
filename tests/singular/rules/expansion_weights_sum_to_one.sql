select sum(weight) as weights
from {{ ref('expansion_weights') }}
having sum(weight) <> 1 or count(*) <> {{ expansion_parts() | length }}
