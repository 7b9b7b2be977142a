with

account_mrr as (

    select * from {{ ref('int_account_mrr') }}

),

transfers as (

    select * from {{ ref('int_account_transfers') }}

),

-- Who took over a line that rests stays the customer that its old owner was.
balances as (

    select
        account_mrr.*,
        coalesce(transfers.transfer_mrr, 0) as transfer_mrr,
        coalesce(transfers.transfer_at_next_rate, 0) as transfer_at_next_rate,
        coalesce(transfers.has_given, false) as has_given,
        coalesce(transfers.has_received, false) as has_received
    from account_mrr
    left join transfers
        on
            account_mrr.knowledge_id = transfers.knowledge_id
            and account_mrr.account_id = transfers.account_id
            and account_mrr.month = transfers.month

),

-- The opening at two rates: as it closed, and at the rate of this month's fiscal year.
opened as (

    select
        *,
        coalesce(lag(mrr) over by_month, 0) as opening_mrr,
        coalesce(
            case
                when lag(fiscal_year) over by_month = fiscal_year then lag(mrr) over by_month
                else lag(mrr_next_year) over by_month
            end,
            0
        ) as opening_at_rate,
        coalesce(
            case when lag(fiscal_year) over by_month = fiscal_year then lag(mrr_next_year) over by_month end, 0
        ) as opening_at_next_rate,
        lag(unpaid_from) over by_month as was_unpaid_from,
        max(case when mrr > 0 or has_received then month end) over before_month as last_paid_month,
        max(case when not is_in_force then month end) over before_month as last_month_out_of_force
    from balances
    window
        by_month as (partition by knowledge_id, account_id order by month),
        before_month as (
            partition by knowledge_id, account_id order by month
            rows between unbounded preceding and 1 preceding
        )

),

-- A customer stays one as long as a paid line was in force at every month-end since the last payment.
kept as (

    select
        *,
        opening_at_rate + transfer_mrr as moved_opening,
        last_paid_month is not null as has_paid_before,
        coalesce(last_month_out_of_force < last_paid_month, last_paid_month is not null) as was_in_force
    from opened

),

moved as (

    select
        *,
        mrr - moved_opening as delta,
        mrr_next_year - opening_at_next_rate - transfer_at_next_rate as delta_at_next_rate,
        {{ movement_class('moved_opening', 'mrr') }} as movement
    from kept

)

select
    knowledge_id,
    account_id,
    month,
    month_end,
    fiscal_year,
    first_paid_month,
    cast(opening_mrr as decimal(18, 2)) as opening_mrr,
    cast(opening_at_rate as decimal(18, 2)) as opening_at_rate,
    cast(opening_at_rate - opening_mrr as decimal(18, 2)) as fx_mrr,
    cast(transfer_mrr as decimal(18, 2)) as transfer_mrr,
    cast(delta as decimal(18, 2)) as delta,
    cast(delta_at_next_rate as decimal(18, 2)) as delta_at_next_rate,
    mrr as closing_mrr,
    mrr_next_year as closing_at_next_rate,
    movement,
    case
        when movement = 'contraction' and mrr = 0 then 'pause'
        when movement = 'expansion' and opening_at_rate = 0 and moved_opening = 0 then 'resume'
        when
            movement = 'reactivation'
            and month_end < {{ add_days('was_unpaid_from', setting('pause_max_days')) }}
            then 'resume'
        when movement = 'churn' and moved_opening = 0 then 'pause_expired'
        when movement = 'churn' and unpaid_from is not null then 'past_due'
        when movement = 'flat' then {{ transfer_direction() }}
    end as sub_movement,
    was_in_force,
    is_in_force,
    is_paused
from moved
