-- Invariant 3: on both bases accounts, products, currencies and segments all sum to the company's MRR. What a sealed
-- month holds by currency is what today's raw data says, and not compared.
with

published_months as (

    select * from {{ ref('int_published_months') }}

),

by_account as (

    select
        basis,
        month,
        sum(closing_mrr) as mrr
    from {{ ref('fct_mrr_movements') }}
    group by basis, month

),

others as (

    select
        'product' as grain,
        basis,
        month,
        sum(mrr) as mrr
    from {{ ref('fct_mrr') }}
    group by basis, month

    union all

    select
        'currency' as grain,
        basis,
        month,
        sum(currency_mrr) as mrr
    from (
        select
            published_months.basis,
            line_mrr.month,
            line_mrr.currency,
            sum(line_mrr.mrr) as currency_mrr
        from {{ ref('int_line_mrr') }} as line_mrr
        inner join published_months
            on line_mrr.knowledge_id = published_months.knowledge_id and line_mrr.month = published_months.month
        left join {{ ref('int_sealed_months') }} as sealed_months
            on line_mrr.knowledge_id = sealed_months.knowledge_id
        where sealed_months.month is null
        group by published_months.basis, line_mrr.month, line_mrr.currency
    ) as currencies
    group by basis, month

    union all

    select
        segment_type as grain,
        basis,
        month,
        sum(closing_mrr) as mrr
    from {{ ref('kpi_mrr_bridge') }}
    group by segment_type, basis, month

)

select
    others.grain,
    others.basis,
    others.month,
    others.mrr,
    by_account.mrr as account_mrr
from others
left join by_account on others.basis = by_account.basis and others.month = by_account.month
where others.mrr <> coalesce(by_account.mrr, 0)
