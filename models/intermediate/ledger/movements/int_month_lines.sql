{{ config(materialized='view') }}
with

line_mrr as (

    select * from {{ ref('int_line_mrr') }}
    where is_paid_line

),

month_ends as (

    select * from {{ ref('int_month_ends') }}

),

transfers as (

    select * from {{ ref('int_line_transfers') }}

)

-- A line that changes its owner in a month opens it with the new one.
select
    line_mrr.knowledge_id,
    month_ends.month,
    month_ends.balance_month,
    month_ends.is_closing,
    line_mrr.contract_line_id,
    line_mrr.version_id,
    coalesce(transfers.account_id, line_mrr.account_id) as account_id,
    line_mrr.product_id,
    line_mrr.currency,
    line_mrr.quantity,
    line_mrr.agreed_on,
    line_mrr.is_in_force,
    line_mrr.is_billed,
    line_mrr.mrr_native,
    cast(case
        when transfers.account_id is not null then transfers.mrr_at_rate
        when month_ends.opens_fiscal_year and not month_ends.is_closing then line_mrr.mrr_next_year
        else line_mrr.mrr
    end as decimal(18, 2)) as mrr_at_rate,
    cast(case
        when transfers.account_id is not null then transfers.mrr_at_next_rate
        when month_ends.opens_fiscal_year then 0
        else line_mrr.mrr_next_year
    end as decimal(18, 2)) as mrr_at_next_rate
from line_mrr
inner join month_ends
    on line_mrr.knowledge_id = month_ends.knowledge_id and line_mrr.month = month_ends.balance_month
left join transfers
    on
        line_mrr.knowledge_id = transfers.knowledge_id
        and line_mrr.contract_line_id = transfers.contract_line_id
        and month_ends.month = transfers.month
        and not month_ends.is_closing
