with

account_map as (

    select * from {{ ref('int_account_map') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

sealed_map as (

    select * from {{ ref('stg_sealed_account_map') }}

)

-- Who paid for whom by the map that each close published with.
select
    account_map.knowledge_id,
    account_map.account_id,
    account_map.paying_account_id
from account_map
left join sealed_months on account_map.knowledge_id = sealed_months.knowledge_id
where sealed_months.month is null
union all
select
    sealed_months.knowledge_id,
    sealed_map.account_id,
    sealed_map.paying_account_id
from sealed_map
inner join sealed_months on sealed_map.month = sealed_months.month
