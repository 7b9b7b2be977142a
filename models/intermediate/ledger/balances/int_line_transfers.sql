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
        lag(mrr_at_next_rate) over by_month as mrr_at_next_rate,
        lag(mrr_at_later_rate) over by_month as mrr_at_later_rate,
        lag(rate_period) over by_month <> rate_period as opens_rate_period
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
        opens_rate_period,
        sum(mrr) as mrr,
        sum(mrr_at_next_rate) as mrr_at_next_rate,
        sum(mrr_at_later_rate) as mrr_at_later_rate
    from compared
    where is_transfer
    group by knowledge_id, month, contract_line_id, from_account_id, account_id, opens_rate_period

),

moved_lines as (

    select
        knowledge_id,
        month,
        contract_line_id,
        from_account_id,
        opens_rate_period,
        sum(mrr) as mrr,
        sum(mrr_at_next_rate) as mrr_at_next_rate,
        sum(mrr_at_later_rate) as mrr_at_later_rate
    from moved
    group by knowledge_id, month, contract_line_id, from_account_id, opens_rate_period

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
        moved_lines.opens_rate_period,
        line_mrr.mrr - moved_lines.mrr as mrr,
        line_mrr.mrr_at_next_rate - moved_lines.mrr_at_next_rate as mrr_at_next_rate,
        line_mrr.mrr_at_later_rate - moved_lines.mrr_at_later_rate as mrr_at_later_rate
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

-- Between the month-ends of a movement the rates may have changed, so what is next for one is own to the other.
select
    knowledge_id,
    month,
    contract_line_id,
    product_id,
    from_account_id,
    account_id,
    cast(case when opens_rate_period then mrr_at_next_rate else mrr end as decimal(19, 3)) as mrr_at_rate,
    cast(case when opens_rate_period then mrr_at_later_rate else mrr_at_next_rate end as decimal(19, 3))
        as mrr_at_next_rate,
    cast(case when opens_rate_period then 0 else mrr_at_later_rate end as decimal(19, 3)) as mrr_at_later_rate
from named
