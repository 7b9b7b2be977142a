-- Whom should customer success call first, and what to talk about? Red accounts of the last month by what they pay,
-- each with the component that costs it most points.
with

latest as (

    select max(month) as month from {{ ref('fct_health_scores') }}

),

costs as (

    select
        account_id,
        month,
        explanation,
        row_number() over (
            partition by account_id, month order by effective_weight * (100 - component_score) desc, component asc
        ) as place
    from {{ ref('fct_health_components') }}
    where component_score is not null

)

select
    accounts.account_name,
    accounts.csm_owner,
    accounts.current_mrr,
    accounts.lifecycle_stage,
    scores.health_score,
    scores.delta_3m,
    scores.override_reason,
    costs.explanation
from {{ ref('fct_health_scores') }} as scores
inner join latest on scores.month = latest.month
inner join {{ ref('dim_accounts') }} as accounts on scores.account_id = accounts.account_id
left join costs
    on scores.account_id = costs.account_id and scores.month = costs.month and costs.place = 1
where scores.health_band = 'red'
order by accounts.current_mrr desc, accounts.account_id asc
