with

account_mrr as (

    select * from {{ ref('int_account_mrr') }}

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
        max(case when mrr > 0 then month end) over before_month as last_paid_month,
        max(case when not is_in_force then month end) over before_month as last_month_out_of_force
    from account_mrr
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
        last_paid_month is not null as has_paid_before,
        coalesce(last_month_out_of_force < last_paid_month, last_paid_month is not null) as was_in_force
    from opened

),

moved as (

    select
        *,
        mrr - opening_at_rate as delta,
        mrr_next_year - opening_at_next_rate as delta_at_next_rate,
        {{ movement_class('opening_at_rate', 'mrr') }} as movement
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
    cast(delta as decimal(18, 2)) as delta,
    cast(delta_at_next_rate as decimal(18, 2)) as delta_at_next_rate,
    mrr as closing_mrr,
    mrr_next_year as closing_at_next_rate,
    movement,
    case
        when movement = 'contraction' and mrr = 0 then 'pause'
        when movement = 'expansion' and opening_at_rate = 0 then 'resume'
        when movement = 'churn' and opening_at_rate = 0 then 'pause_expired'
    end as sub_movement,
    was_in_force,
    is_in_force,
    is_paused
from moved
