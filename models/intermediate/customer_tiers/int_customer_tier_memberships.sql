with

population as (

    select * from {{ ref('int_scoring_population') }}

),

account_versions as (

    select * from {{ ref('int_account_versions') }}

),

best_memberships as (

    select * from {{ ref('best_membership_tiers') }}

)

select
    population.account_id,
    population.month,
    account_versions.membership_tier,
    case
        when account_versions.membership_tier is not null then best_memberships.membership_tier is not null
    end as is_best_by_membership
from population
inner join account_versions
    on
        population.knowledge_id = account_versions.knowledge_id
        and population.account_id = account_versions.account_id
        and population.month_end >= account_versions.valid_from
        and population.month_end < account_versions.valid_to
left join best_memberships on lower(account_versions.membership_tier) = best_memberships.membership_tier
