-- What a customer-success manager adds up is the score, to the last tenth, from 0 to 100; without a score nothing
-- contributes. Every account has a row for each component that its month knows.
with

components as (

    select * from {{ ref('fct_health_components') }}

),

known as (

    select
        month,
        count(distinct component) as components
    from components
    group by month

)

select
    scores.account_id,
    scores.month,
    scores.health_score,
    sum(components.contribution) as contributions
from {{ ref('fct_health_scores') }} as scores
left join components on scores.account_id = components.account_id and scores.month = components.month
left join known on scores.month = known.month
group by scores.account_id, scores.month, scores.health_score
having
    coalesce(sum(components.contribution), -1) <> coalesce(scores.health_score, -1)
    or scores.health_score not between 0 and 100
    or count(components.component) <> coalesce(max(known.components), 1)
