with

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

movements as (

    select * from {{ ref('int_account_movements') }}

),

reported_openings as (

    select * from {{ ref('int_reported_openings') }}

),

-- The movement itself: both month-ends as this close knows them.
moved as (

    select movements.*
    from movements
    inner join knowledge
        on movements.knowledge_id = knowledge.knowledge_id and movements.month = knowledge.closing_month

),

-- What the close before had published: whoever has a row there had paid by then.
earlier as (

    select
        knowledge.knowledge_id,
        movements.account_id,
        knowledge.closing_month as month
    from movements
    inner join knowledge
        on
            movements.knowledge_id = knowledge.previous_knowledge_id
            and movements.month = {{ add_months('knowledge.closing_month', -1) }}

),

opened as (

    select
        knowledge_id,
        account_id,
        month,
        cast(sum(opening_mrr) as decimal(18, 2)) as opening_mrr,
        cast(sum(prior_period_mrr) as decimal(18, 2)) as prior_period_mrr,
        cast(sum(fx_mrr) as decimal(18, 2)) as fx_mrr,
        cast(sum(merge_mrr) as decimal(18, 2)) as merge_mrr
    from reported_openings
    group by knowledge_id, account_id, month

),

keys as (

    select
        knowledge_id,
        account_id,
        month
    from moved
    union
    select
        knowledge_id,
        account_id,
        month
    from opened
    where opening_mrr <> 0 or prior_period_mrr <> 0

)

select
    keys.knowledge_id,
    keys.account_id,
    keys.month,
    coalesce(opened.opening_mrr, 0) as opening_mrr,
    coalesce(moved.delta, 0) as delta,
    coalesce(opened.fx_mrr, 0) as fx_mrr,
    coalesce(opened.merge_mrr, 0) as merge_mrr,
    coalesce(opened.prior_period_mrr, 0) as prior_period_mrr,
    coalesce(moved.closing_mrr, 0) as closing_mrr,
    coalesce(moved.movement, 'flat') as movement,
    moved.sub_movement,
    {{ prior_period_origin() }} as ppa_origin
from keys
left join moved on keys.knowledge_id = moved.knowledge_id and keys.account_id = moved.account_id
left join opened on keys.knowledge_id = opened.knowledge_id and keys.account_id = opened.account_id
left join earlier on keys.knowledge_id = earlier.knowledge_id and keys.account_id = earlier.account_id
