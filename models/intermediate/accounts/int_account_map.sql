{%- set levels = 5 -%}
with

survivors as (

    select * from {{ ref('int_account_survivors') }}

),

parents as (

    select * from {{ ref('int_account_parents') }}

),

-- One step up the group per level; the highest ancestor that pays for something itself wins.
climb_0 as (

    select
        knowledge_id,
        account_id,
        is_internal,
        survivor_id as ancestor_id,
        survivor_id as paying_account_id
    from survivors

),

{% for level in range(1, levels + 1) -%}
climb_{{ level }} as (

    select
        below.knowledge_id,
        below.account_id,
        below.is_internal,
        parents.parent_id as ancestor_id,
        case when parents.parent_is_paying then parents.parent_id else below.paying_account_id end as paying_account_id
    from climb_{{ level - 1 }} as below
    left join parents
        on below.knowledge_id = parents.knowledge_id and below.ancestor_id = parents.account_id

),

{% endfor -%}
-- The climb joins outwards and this is its only inner join: no optimiser finds an order that pairs
-- accounts with accounts on nothing but the knowledge.
mapped as (

    select
        climb_{{ levels }}.knowledge_id,
        climb_{{ levels }}.account_id,
        climb_{{ levels }}.paying_account_id,
        climb_{{ levels }}.is_internal or payers.is_internal as is_internal
    from climb_{{ levels }}
    inner join survivors as payers
        on
            climb_{{ levels }}.knowledge_id = payers.knowledge_id
            and climb_{{ levels }}.paying_account_id = payers.account_id

)

select * from mapped
