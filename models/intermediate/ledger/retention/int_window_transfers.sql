with

strand_balances as (

    select * from {{ ref('int_strand_balances') }}

),

spans as (

    select * from {{ ref('int_retention_spans') }}

),

-- The owner at the end of the window, or the last one where the line is gone by then.
held as (

    select
        spans.knowledge_id,
        spans.retention_window,
        spans.opening_month,
        spans.month,
        spans.rate_period,
        balances.contract_line_id,
        balances.product_id,
        balances.month as balance_month,
        balances.account_id as from_account_id,
        first_value(balances.account_id) over (
            partition by
                spans.knowledge_id, spans.retention_window, spans.month, balances.strand_id, balances.tenure
            order by balances.month desc
        ) as account_id,
        {{ at_rates_of('balances', 'spans', 'mrr') }} as mrr
    from strand_balances as balances
    inner join spans
        on
            balances.knowledge_id = spans.knowledge_id
            and balances.month between spans.opening_month and spans.month

)

select
    knowledge_id,
    retention_window,
    opening_month,
    month,
    rate_period,
    contract_line_id,
    product_id,
    balance_month,
    from_account_id,
    account_id,
    cast(sum(mrr) as decimal(19, 3)) as mrr
from held
where account_id <> from_account_id
group by
    knowledge_id,
    retention_window,
    opening_month,
    month,
    rate_period,
    contract_line_id,
    product_id,
    balance_month,
    from_account_id,
    account_id
