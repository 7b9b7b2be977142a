with

population as (

    select * from {{ ref('int_scoring_population') }}
    where month in (select months.month from {{ ref('int_months') }} as months)

),

account_versions as (

    select * from {{ ref('int_account_versions') }}

),

best_memberships as (

    select * from {{ ref('best_membership_tiers') }}

),

billings as (

    select * from {{ ref('int_customer_tier_billings') }}

),

dormancy as (

    select * from {{ ref('int_customer_tier_dormancy') }}

),

engagement as (

    select * from {{ ref('int_engagement_flags') }}

),

plans as (

    select * from {{ ref('int_customer_tier_plans') }}

),

activity as (

    select * from {{ ref('int_customer_tier_activity') }}

),

rules as (

    {{ rules_as_columns('customer_tier_rules', ['potential_tenure_months']) }}

),

-- The membership that the account had at the month-end.
memberships as (

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

)

select
    population.account_id,
    population.month,
    billings.is_best_by_billings,
    memberships.is_best_by_membership,
    dormancy.is_dormant_by_purchase,
    engagement.is_dormant_by_web,
    engagement.is_dormant_by_mail,
    engagement.is_potential_by_interest,
    plans.has_trial as is_potential_by_trial,
    plans.has_lower_plan
    and (
        {{ add_months('population.first_paid_on', 'rules.potential_tenure_months') }} <= population.month_end
        or activity.is_often_active
    ) as is_potential_by_plan,
    billings.t12m_net_billings,
    billings.billings_rank,
    billings.ranked_accounts,
    memberships.membership_tier,
    dormancy.last_value_event_on,
    engagement.last_web_visit_on,
    engagement.last_mail_on,
    engagement.upper_plan_page_views,
    activity.active_days,
    activity.active_days_cut
from population
cross join rules
left join memberships on population.month = memberships.month and population.account_id = memberships.account_id
left join billings on population.month = billings.month and population.account_id = billings.account_id
left join dormancy on population.month = dormancy.month and population.account_id = dormancy.account_id
left join engagement on population.month = engagement.month and population.account_id = engagement.account_id
left join plans on population.month = plans.month and population.account_id = plans.account_id
left join activity on population.month = activity.month and population.account_id = activity.account_id
