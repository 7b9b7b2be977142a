{%- set parts = ['published_mrr', 'corrected_mrr', 'corrected_at_rate', 'reopened_mrr', 'transfer_mrr', 'moved_mrr'] -%}
with

product_mrr as (

    select * from {{ ref('int_product_mrr') }}

),

corrected as (

    select * from {{ ref('int_corrected_openings') }}

),

published_mrr as (

    select * from {{ ref('int_published_mrr') }}
    where basis = 'as_reported'

),

transfers as (

    select * from {{ ref('int_product_transfers') }}

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

-- What changed its owner in the closing month itself.
transferred as (

    select transfers.*
    from transfers
    inner join knowledge
        on transfers.knowledge_id = knowledge.knowledge_id and transfers.month = knowledge.closing_month

),

steps as (

    {% for relation, amounts in {
        'published': {'published_mrr': 'mrr'},
        'corrected': {'corrected_mrr': 'mrr', 'corrected_at_rate': 'mrr_at_rate', 'transfer_mrr': 'transfer_mrr'},
        'reopened': {'reopened_mrr': 'mrr_at_rate'},
        'transferred': {'transfer_mrr': 'transfer_mrr', 'moved_mrr': 'transfer_mrr'},
    }.items() -%}
    select
        knowledge_id,
        account_id,
        product_id,
        month,
        {% for part in parts -%}
        {{ amounts.get(part, '0') }}{{ ' as ' ~ part if amounts.get(part) != part }}{{ ',' if not loop.last }}
        {% endfor -%}
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}

)

select
    knowledge_id,
    account_id,
    product_id,
    month,
    cast(sum(published_mrr) as decimal(18, 2)) as opening_mrr,
    cast(sum(corrected_mrr - published_mrr) as decimal(18, 2)) as prior_period_mrr,
    cast(sum(corrected_at_rate - corrected_mrr) as decimal(18, 2)) as fx_mrr,
    cast(sum(reopened_mrr - corrected_at_rate + moved_mrr) as decimal(18, 2)) as merge_mrr,
    cast(sum(transfer_mrr) as decimal(18, 2)) as transfer_mrr
from steps
group by knowledge_id, account_id, product_id, month
