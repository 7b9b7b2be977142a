-- What a customer-success manager adds up is the score, to the last tenth; without a score nothing contributes.
select
    scores.account_id,
    scores.month,
    scores.health_score,
    sum(components.contribution) as contributions
from {{ ref('fct_health_scores') }} as scores
left join {{ ref('fct_health_components') }} as components
    on scores.account_id = components.account_id and scores.month = components.month
group by scores.account_id, scores.month, scores.health_score
having
    coalesce(sum(components.contribution), -1) <> coalesce(scores.health_score, -1)
    or count(*) <> {{ health_components() | length }}
