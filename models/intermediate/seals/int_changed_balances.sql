with

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

current_balances as (

    select
        line_mrr.month,
        line_mrr.contract_line_id,
        line_mrr.account_id,
        line_mrr.product_id,
        cast(sum(line_mrr.mrr) as decimal(18, 2)) as mrr
    from {{ ref('int_line_mrr') }} as line_mrr
    inner join sealed_months
        on line_mrr.knowledge_id = sealed_months.knowledge_id and line_mrr.month = sealed_months.month
    group by line_mrr.month, line_mrr.contract_line_id, line_mrr.account_id, line_mrr.product_id
    having sum(line_mrr.mrr) <> 0

),

sealed_balances as (

    select
        sealed.month,
        sealed.contract_line_id,
        sealed.account_id,
        sealed.product_id,
        sealed.mrr
    from {{ ref('stg_sealed_line_balances') }} as sealed
    inner join sealed_months on sealed.month = sealed_months.month

)

-- A line that appears, is gone, or has another balance.
select
    coalesce(sealed_balances.month, current_balances.month) as month,
    coalesce(sealed_balances.contract_line_id, current_balances.contract_line_id) as contract_line_id
from sealed_balances
full outer join current_balances
    on
        sealed_balances.month = current_balances.month
        and sealed_balances.contract_line_id = current_balances.contract_line_id
        and sealed_balances.account_id = current_balances.account_id
        and sealed_balances.product_id = current_balances.product_id
where sealed_balances.mrr is distinct from current_balances.mrr
