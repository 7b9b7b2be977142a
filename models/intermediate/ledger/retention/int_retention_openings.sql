with

retention as (

    select * from {{ ref('int_account_retention') }}

),

published_months as (

    select * from {{ ref('int_published_months') }}

),

movements as (

    select * from {{ ref('int_account_movements') }}

),

-- What the opening month-end said when it was published.
published as (

    select
        account_id,
        month,
        basis,
        sum(mrr) as mrr
    from {{ ref('int_published_mrr') }}
    group by account_id, month, basis

),

-- The account's own balance at the opening, at the rate of that month and at the one of the closing.
own as (

    select
        retention.*,
        published_months.basis,
        coalesce(movements.closing_mrr, 0) as own_mrr,
        coalesce(
            case
                when movements.fiscal_year = retention.fiscal_year then movements.closing_mrr
                else movements.closing_at_next_rate
            end,
            0
        ) as own_at_rate
    from retention
    inner join published_months
        on retention.knowledge_id = published_months.knowledge_id and retention.month = published_months.month
    left join movements
        on
            retention.knowledge_id = movements.knowledge_id
            and retention.account_id = movements.account_id
            and retention.opening_month = movements.month

)

select
    own.knowledge_id,
    own.basis,
    own.account_id,
    own.retention_window,
    own.month,
    cast(coalesce(published.mrr, 0) as decimal(18, 2)) as published_opening_mrr,
    cast(own.own_mrr - coalesce(published.mrr, 0) as decimal(18, 2)) as restatement_mrr,
    cast(own.own_at_rate - own.own_mrr as decimal(18, 2)) as fx_mrr,
    cast(own.opening_mrr - own.own_at_rate as decimal(18, 2)) as transferred_mrr
from own
left join published
    on own.basis = published.basis and own.account_id = published.account_id and own.opening_month = published.month
