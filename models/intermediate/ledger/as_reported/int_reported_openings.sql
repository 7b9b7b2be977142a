with

product_mrr as (

    select * from {{ ref('int_product_mrr') }}

),

corrected_openings as (

    select * from {{ ref('int_corrected_openings') }}

),

published_mrr as (

    select * from {{ ref('int_published_mrr') }}
    where basis = 'as_reported'

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

months as (

    select * from {{ ref('int_months') }}

),

-- The month before as its own close published it.
published as (

    select
        knowledge.knowledge_id,
        published_mrr.account_id,
        published_mrr.product_id,
        knowledge.closing_month as month,
        published_mrr.mrr
    from published_mrr
    inner join knowledge on published_mrr.month = {{ add_months('knowledge.closing_month', -1) }}

),

-- The same month as this close sees it, under this close's account map.
reopened as (

    select
        product_mrr.knowledge_id,
        product_mrr.account_id,
        product_mrr.product_id,
        knowledge.closing_month as month,
        case when opened.fiscal_year = closed.fiscal_year then product_mrr.mrr else product_mrr.mrr_next_year end
            as mrr_at_rate
    from product_mrr
    inner join knowledge
        on
            product_mrr.knowledge_id = knowledge.knowledge_id
            and product_mrr.month = {{ add_months('knowledge.closing_month', -1) }}
    inner join months as opened on product_mrr.month = opened.month
    inner join months as closed on knowledge.closing_month = closed.month

),

steps as (

    select
        knowledge_id,
        account_id,
        product_id,
        month,
        mrr as published_mrr,
        0 as corrected_mrr,
        0 as corrected_at_rate,
        0 as reopened_mrr
    from published
    union all
    select
        knowledge_id,
        account_id,
        product_id,
        month,
        0 as published_mrr,
        mrr as corrected_mrr,
        mrr_at_rate as corrected_at_rate,
        0 as reopened_mrr
    from corrected_openings
    union all
    select
        knowledge_id,
        account_id,
        product_id,
        month,
        0 as published_mrr,
        0 as corrected_mrr,
        0 as corrected_at_rate,
        mrr_at_rate as reopened_mrr
    from reopened

)

select
    knowledge_id,
    account_id,
    product_id,
    month,
    cast(sum(published_mrr) as decimal(18, 2)) as opening_mrr,
    cast(sum(corrected_mrr - published_mrr) as decimal(18, 2)) as prior_period_mrr,
    cast(sum(corrected_at_rate - corrected_mrr) as decimal(18, 2)) as fx_mrr,
    cast(sum(reopened_mrr - corrected_at_rate) as decimal(18, 2)) as merge_mrr
from steps
group by knowledge_id, account_id, product_id, month
