-- One component alone may have had a bad month: a ticket, one answer, one person on leave.
with

contributions as (

    select * from {{ ref('int_health_contributions') }}

),

scores as (

    select * from {{ ref('int_health_scores') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

)

select
    contributions.account_id,
    contributions.month,
    cast(sum(
        case
            when month_before.contribution - contributions.contribution >= versions.drop_component_points then 1 else 0
        end
    ) as integer) as fallen_components
from contributions
inner join contributions as month_before
    on
        contributions.account_id = month_before.account_id
        and contributions.component = month_before.component
        and month_before.month = {{ add_months('contributions.month', -1) }}
inner join scores on contributions.account_id = scores.account_id and contributions.month = scores.month
inner join versions on scores.score_version = versions.score_version
group by contributions.account_id, contributions.month
