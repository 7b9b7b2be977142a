with

population as (

    select * from {{ ref('int_scoring_population') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}

),

account_versions as (

    select * from {{ ref('int_account_versions') }}
    where do_not_contact

),

deciders as (

    select * from {{ ref('int_known_contacts') }}
    where role = 'decision_maker' and not has_left

),

asked as (

    select
        population.account_id,
        population.month
    from population
    inner join account_map
        on population.knowledge_id = account_map.knowledge_id and population.account_id = account_map.paying_account_id
    inner join account_versions
        on
            account_map.knowledge_id = account_versions.knowledge_id
            and account_map.account_id = account_versions.account_id
            and population.month_end >= account_versions.valid_from
            and population.month_end < account_versions.valid_to

),

-- Where nobody who decides may be contacted, nobody is left to offer anything to.
unreachable as (

    select
        account_id,
        month
    from deciders
    group by account_id, month, owner_account_id
    having min(case when is_opted_out then 1 else 0 end) = 1

),

forbidden as (

    select * from asked
    union all
    select * from unreachable

)

-- The strictest word counts: of the payer, of whoever it pays for, and of whoever was merged into them.
select distinct
    account_id,
    month
from forbidden
