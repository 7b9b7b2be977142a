with

movements as (

    select * from {{ ref('int_account_movements') }}
    where knowledge_id = 'restated'

),

wins as (

    select distinct
        account_id,
        month
    from {{ ref('int_driver_wins') }}
    where knowledge_id = 'restated' and sales_motion = 'upsell' and is_upsell_win

),

change_days as (

    select * from {{ ref('int_last_contract_change_days') }}

),

rules as (

    {{ rules_as_columns('health_backtest_rules', ['contraction_share']) }}

),

judged as (

    select
        movements.account_id,
        movements.month,
        coalesce(change_days.changed_on, movements.month_end) as occurred_on,
        movements.movement = 'churn' as is_churn,
        movements.movement = 'churn'
        or (
            movements.movement = 'contraction'
            and -movements.delta >= movements.opening_at_rate * rules.contraction_share
        ) as is_loss,
        wins.account_id is not null and movements.opening_at_rate > 0 as is_upsell
    from movements
    cross join rules
    left join wins on movements.account_id = wins.account_id and movements.month = wins.month
    left join change_days
        on movements.account_id = change_days.account_id and movements.month = change_days.month

)

select
    account_id,
    month,
    occurred_on,
    is_churn,
    is_loss,
    is_upsell
from judged
where is_loss or is_upsell
