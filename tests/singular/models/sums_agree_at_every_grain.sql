-- Invariant 3: on both bases accounts, products, currencies and segments all sum to the company's MRR, and the lines of
-- every account to what it pays. Whoever pays for an account is an account that is known. What a sealed month holds by
-- currency and line is what today's raw data says, and not compared.
with

published_months as (

    select * from {{ ref('int_published_months') }}

),

movements as (

    select * from {{ ref('fct_mrr_movements') }}

),

by_account as (

    select
        basis,
        month,
        sum(closing_mrr) as mrr
    from movements
    group by basis, month

),

lines as (

    select
        published_months.basis,
        line_mrr.month,
        line_mrr.account_id,
        line_mrr.currency,
        sum(line_mrr.mrr) as mrr
    from {{ ref('int_line_mrr') }} as line_mrr
    inner join published_months
        on line_mrr.knowledge_id = published_months.knowledge_id and line_mrr.month = published_months.month
    left join {{ ref('int_sealed_months') }} as sealed_months
        on line_mrr.knowledge_id = sealed_months.knowledge_id
    where sealed_months.month is null
    group by published_months.basis, line_mrr.month, line_mrr.account_id, line_mrr.currency

),

line_accounts as (

    select
        basis,
        month,
        account_id,
        sum(mrr) as mrr
    from lines
    group by basis, month, account_id

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
        sum(mrr) as mrr
    from lines
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

union all

select
    line_accounts.account_id as grain,
    line_accounts.basis,
    line_accounts.month,
    line_accounts.mrr,
    movements.closing_mrr as account_mrr
from line_accounts
left join movements
    on
        line_accounts.basis = movements.basis
        and line_accounts.month = movements.month
        and line_accounts.account_id = movements.account_id
where line_accounts.mrr <> coalesce(movements.closing_mrr, 0)

union all

select
    accounts.account_id as grain,
    accounts.knowledge_id as basis,
    cast(null as date) as month,
    cast(null as decimal(19, 3)) as mrr,
    cast(null as decimal(19, 3)) as account_mrr
from {{ ref('int_account_versions') }} as accounts
left join {{ ref('int_account_map') }} as account_map
    on accounts.knowledge_id = account_map.knowledge_id and accounts.account_id = account_map.account_id
left join {{ ref('int_account_versions') }} as payers
    on
        account_map.knowledge_id = payers.knowledge_id
        and account_map.paying_account_id = payers.account_id
        and payers.is_current
where accounts.is_current and payers.account_id is null
