with

strand_balances as (

    select * from {{ ref('int_strand_balances') }}

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}

),

-- The month-end before, as it closed and at the rates that the movement of this month needs.
compared as (

    select
        knowledge_id,
        month,
        is_transfer,
        account_id,
        lag(contract_line_id) over by_month as contract_line_id,
        lag(account_id) over by_month as from_account_id,
        lag(mrr) over by_month as mrr,
        lag(mrr_next_year) over by_month as mrr_next_year,
        lag(fiscal_year) over by_month <> fiscal_year as opens_fiscal_year
    from strand_balances
    window by_month as (partition by knowledge_id, strand_id order by month)

),

moved as (

    select
        knowledge_id,
        month,
        contract_line_id,
        from_account_id,
        account_id,
        opens_fiscal_year,
        sum(mrr) as mrr,
        sum(mrr_next_year) as mrr_next_year
    from compared
    where is_transfer
    group by knowledge_id, month, contract_line_id, from_account_id, account_id, opens_fiscal_year

),

moved_lines as (

    select
        knowledge_id,
        month,
        contract_line_id,
        from_account_id,
        opens_fiscal_year,
        sum(mrr) as mrr,
        sum(mrr_next_year) as mrr_next_year
    from moved
    group by knowledge_id, month, contract_line_id, from_account_id, opens_fiscal_year

),

-- Of a line that several took over, what stays with the old owner.
pieces as (

    select * from moved
    union all
    select
        moved_lines.knowledge_id,
        moved_lines.month,
        moved_lines.contract_line_id,
        moved_lines.from_account_id,
        moved_lines.from_account_id as account_id,
        moved_lines.opens_fiscal_year,
        line_mrr.mrr - moved_lines.mrr as mrr,
        line_mrr.mrr_next_year - moved_lines.mrr_next_year as mrr_next_year
    from moved_lines
    inner join line_mrr
        on
            moved_lines.knowledge_id = line_mrr.knowledge_id
            and moved_lines.contract_line_id = line_mrr.contract_line_id
            and line_mrr.month = {{ add_months('moved_lines.month', -1) }}
    where line_mrr.mrr > moved_lines.mrr

),

named as (

    select
        pieces.*,
        line_mrr.product_id
    from pieces
    inner join line_mrr
        on
            pieces.knowledge_id = line_mrr.knowledge_id
            and pieces.contract_line_id = line_mrr.contract_line_id
            and line_mrr.month = {{ add_months('pieces.month', -1) }}

)

-- At the next fiscal year's rate a year's first month has no flow: no window that ends there opened before it.
select
    knowledge_id,
    month,
    contract_line_id,
    product_id,
    from_account_id,
    account_id,
    cast(case when opens_fiscal_year then mrr_next_year else mrr end as decimal(18, 2)) as mrr_at_rate,
    cast(case when opens_fiscal_year then 0 else mrr_next_year end as decimal(18, 2)) as mrr_at_next_rate
from named
