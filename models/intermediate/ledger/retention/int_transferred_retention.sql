with

balances as (

    select * from {{ ref('int_transferred_balances') }}

),

opened as (

    select
        *,
        lag(mrr) over window_so_far as opening_mrr,
        max(case when mrr > 0 then balance_month end) over window_before as last_paid_month,
        max(case when not is_in_force then balance_month end) over window_before as last_month_out_of_force
    from balances
    window
        window_so_far as (
            partition by knowledge_id, account_id, retention_window, month order by balance_month
        ),
        window_before as (
            partition by knowledge_id, account_id, retention_window, month order by balance_month
            rows between unbounded preceding and 1 preceding
        )

),

-- The classes of a movement, on balances that have no transfers any more.
flows as (

    select
        *,
        mrr - opening_mrr as amount,
        case
            when opening_mrr = 0 and mrr > 0 and coalesce(last_month_out_of_force >= last_paid_month, false)
                then 'reactivation'
            when opening_mrr > 0 and mrr = 0 and not is_in_force then 'churn'
            when mrr < opening_mrr then 'contraction'
            else 'expansion'
        end as movement
    from opened

)

select
    knowledge_id,
    account_id,
    retention_window,
    opening_month,
    segment_month,
    month,
    fiscal_year,
    cast(sum(case when balance_month = opening_month then mrr else 0 end) as decimal(18, 2)) as opening_mrr,
    cast(sum(case when {{ is_gain_in_place() }} then amount else 0 end) as decimal(18, 2)) as expansion_mrr,
    cast(sum(case when {{ is_loss_in_place() }} then amount else 0 end) as decimal(18, 2)) as contraction_mrr,
    cast(sum(case when movement = 'churn' then amount else 0 end) as decimal(18, 2)) as churn_mrr,
    cast(sum(case when movement = 'reactivation' then amount else 0 end) as decimal(18, 2)) as returned_mrr,
    cast(sum(case when balance_month = month then mrr else 0 end) as decimal(18, 2)) as closing_mrr,
    max(case when balance_month = month and is_in_force then 1 else 0 end) = 1 as is_in_force
from flows
group by knowledge_id, account_id, retention_window, opening_month, segment_month, month, fiscal_year
