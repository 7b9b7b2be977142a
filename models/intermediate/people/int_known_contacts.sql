with

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

contacts as (

    select * from {{ ref('stg_contacts') }}
    where is_valid

),

population as (

    select * from {{ ref('int_scoring_population') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

known as (

    select
        knowledge.knowledge_id,
        contacts.*
    from contacts
    inner join knowledge on {{ is_known('contacts', 'knowledge') }}

),

layered as (

    select
        *,
        {{ version_valid_from() }} as valid_from,
        {{ version_valid_to(['knowledge_id', 'contact_id']) }} as valid_to
    from known

)

select
    population.account_id,
    population.month,
    layered.contact_id,
    layered.account_id as owner_account_id,
    layered.user_id,
    layered.person_name,
    layered.role,
    population.month_end,
    case when layered.left_on <= population.month_end then layered.left_on end as left_on,
    coalesce(layered.left_on <= population.month_end, false) as has_left,
    layered.do_not_contact
    or coalesce(layered.opted_out_on <= population.month_end, false)
    or coalesce(layered.erased_on <= population.month_end, false) as is_opted_out,
    coalesce(layered.erased_on <= population.month_end, false) as is_erased
from layered
inner join account_map
    on layered.knowledge_id = account_map.knowledge_id and layered.account_id = account_map.account_id
inner join population
    on
        account_map.knowledge_id = population.knowledge_id
        and account_map.paying_account_id = population.account_id
        and layered.valid_from <= population.month_end
        and layered.valid_to > population.month_end
