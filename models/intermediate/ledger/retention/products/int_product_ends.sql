with

published_months as (

    select * from {{ ref('int_published_months') }}

),

cohorts as (

    select
        published_months.basis,
        retention.*
    from {{ ref('int_account_retention') }} as retention
    inner join published_months
        on retention.knowledge_id = published_months.knowledge_id and retention.month = published_months.month
    inner join {{ ref('retention_windows') }} as windows on retention.retention_window = windows.retention_window

),

product_mrr as (

    select * from {{ ref('int_product_mrr') }}

),

transfers as (

    select * from {{ ref('int_window_transfers') }}
    where balance_month = opening_month

),

-- Its own products at both ends, less what is somebody else's by the end, and what is its own by then.
parts as (

    select
        cohorts.basis,
        cohorts.account_id,
        cohorts.retention_window,
        cohorts.month,
        product_mrr.product_id,
        {{ at_rates_of('product_mrr', 'cohorts', 'mrr', period='periods') }} as opening_mrr,
        0 as closing_mrr,
        0 as lines_in_force
    from cohorts
    inner join product_mrr
        on
            cohorts.knowledge_id = product_mrr.knowledge_id
            and cohorts.account_id = product_mrr.account_id
            and cohorts.opening_month = product_mrr.month
    inner join {{ ref('int_rate_periods') }} as periods on cohorts.opening_month = periods.month
    union all
    select
        cohorts.basis,
        cohorts.account_id,
        cohorts.retention_window,
        cohorts.month,
        product_mrr.product_id,
        0 as opening_mrr,
        product_mrr.mrr as closing_mrr,
        case when product_mrr.is_in_force then 1 else 0 end as lines_in_force
    from cohorts
    inner join product_mrr
        on
            cohorts.knowledge_id = product_mrr.knowledge_id
            and cohorts.account_id = product_mrr.account_id
            and cohorts.month = product_mrr.month
    {% for account, sign in [('from_account_id', '-'), ('account_id', '')] -%}
    union all
    select
        cohorts.basis,
        cohorts.account_id,
        cohorts.retention_window,
        cohorts.month,
        transfers.product_id,
        {{ sign }}transfers.mrr as opening_mrr,
        0 as closing_mrr,
        0 as lines_in_force
    from cohorts
    inner join transfers
        on cohorts.account_id = transfers.{{ account }} and {{ same_window('cohorts', 'transfers') }}
    {% endfor %}

),

summed as (

    select
        basis,
        account_id,
        product_id,
        retention_window,
        month,
        cast(sum(opening_mrr) as decimal(19, 3)) as opening_mrr,
        cast(sum(closing_mrr) as decimal(19, 3)) as closing_mrr,
        sum(lines_in_force) > 0 as is_in_force
    from parts
    group by basis, account_id, product_id, retention_window, month

)

select
    basis,
    account_id,
    product_id,
    retention_window,
    month,
    opening_mrr,
    closing_mrr,
    closing_mrr > 0 or is_in_force as is_retained,
    cast(greatest(0, opening_mrr - closing_mrr) as decimal(19, 3)) as lost_mrr,
    cast(greatest(0, closing_mrr - opening_mrr) as decimal(19, 3)) as gained_mrr
from summed
where opening_mrr > 0 or closing_mrr > 0
