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

)

-- The strictest word counts: of the payer, of whoever it pays for, and of whoever was merged into them.
select distinct
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
