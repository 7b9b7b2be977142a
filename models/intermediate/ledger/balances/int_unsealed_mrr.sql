with

published_months as (

    select * from {{ ref('int_published_months') }}

),

product_mrr as (

    select
        published_months.basis,
        product_mrr.*
    from {{ ref('int_product_mrr') }} as product_mrr
    inner join published_months
        on product_mrr.knowledge_id = published_months.knowledge_id and product_mrr.month = published_months.month
    where product_mrr.has_paid_line

),

usage_averages as (

    select
        published_months.basis,
        usage_averages.*
    from {{ ref('int_usage_revenue_averages') }} as usage_averages
    inner join published_months
        on
            usage_averages.knowledge_id = published_months.knowledge_id
            and usage_averages.month = published_months.month

),

commitments as (

    select
        published_months.basis,
        commitments.*
    from {{ ref('int_committed_mrr') }} as commitments
    inner join published_months
        on commitments.knowledge_id = published_months.knowledge_id and commitments.month = published_months.month
    where commitments.cmrr <> 0 or commitments.pending_churn_mrr <> 0

),

keys as (

    select
        account_id,
        product_id,
        month,
        basis
    from product_mrr
    union
    select
        account_id,
        product_id,
        month,
        basis
    from usage_averages
    union
    select
        account_id,
        product_id,
        month,
        basis
    from commitments

)

select
    keys.account_id,
    keys.product_id,
    keys.month,
    keys.basis,
    cast(coalesce(product_mrr.quantity, 0) as decimal(18, 4)) as quantity,
    product_mrr.plan_id,
    cast(coalesce(product_mrr.mrr, 0) as decimal(18, 2)) as mrr,
    cast(coalesce(product_mrr.gross_mrr, 0) as decimal(18, 2)) as gross_mrr,
    cast(coalesce(product_mrr.gross_mrr - product_mrr.mrr, 0) as decimal(18, 2)) as discount_mrr,
    product_mrr.mrr_spot,
    cast(coalesce(product_mrr.arr, 0) as decimal(20, 2)) as arr,
    coalesce(product_mrr.is_gap_filled, false) as is_gap_filled,
    coalesce(product_mrr.is_paused, false) as is_paused,
    usage_averages.usage_mrr_avg as usage_mrr_3m_avg,
    cast(coalesce(commitments.cmrr, 0) as decimal(18, 2)) as cmrr,
    cast(coalesce(commitments.pending_churn_mrr, 0) as decimal(18, 2)) as pending_churn_mrr
from keys
left join product_mrr
    on
        keys.basis = product_mrr.basis
        and keys.account_id = product_mrr.account_id
        and keys.product_id = product_mrr.product_id
        and keys.month = product_mrr.month
left join usage_averages
    on
        keys.basis = usage_averages.basis
        and keys.account_id = usage_averages.account_id
        and keys.product_id = usage_averages.product_id
        and keys.month = usage_averages.month
left join commitments
    on
        keys.basis = commitments.basis
        and keys.account_id = commitments.account_id
        and keys.product_id = commitments.product_id
        and keys.month = commitments.month
