with

{% for name, relation in {
    'alerts': ref('int_alerts'),
    'population': ref('int_scoring_population'),
    'horizons': ref('health_backtest_horizons'),
}.items() -%}
{{ name }} as (

    select * from {{ relation }}

),

{% endfor -%}
months as (

    select
        *,
        max(month_end) over () as last_day
    from {{ ref('int_months') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated' and not is_internal

),

movements as (

    select * from {{ ref('int_account_movements') }}
    where knowledge_id = 'restated'

),

change_days as (

    select * from {{ ref('int_last_contract_change_days') }}
    where knowledge_id = 'restated'

),

outcomes as (

    select
        account_id,
        occurred_on,
        'loss' as outcome
    from {{ ref('int_losses_and_upsells') }}
    where is_loss
    union all
    select
        movements.account_id,
        coalesce(change_days.changed_on, movements.month_end) as occurred_on,
        'expansion' as outcome
    from movements
    left join change_days on movements.account_id = change_days.account_id and movements.month = change_days.month
    where movements.movement = 'expansion'

),

-- Every alert, and every account at every month-end, which is what alerts are measured against.
asked as (

    select
        account_id,
        alert_kind,
        began_on as asked_on,
        {{ add_months(month_start(add_days('began_on', 1)), -1) }} as last_month
    from alerts
    union all
    select
        account_id,
        'none' as alert_kind,
        month_end as asked_on,
        month as last_month
    from population

),

-- Who paid in truth at the last month-end, long enough ago for the whole follow-up to be on record.
followed as (

    select
        asked.account_id,
        asked.alert_kind,
        asked.asked_on,
        account_map.paying_account_id,
        horizons.horizon_days,
        {{ add_days('asked.asked_on', 'horizons.horizon_days') }} as followed_until
    from asked
    cross join horizons
    inner join months on asked.last_month = months.month
    inner join account_map on asked.account_id = account_map.account_id
    inner join movements
        on account_map.paying_account_id = movements.account_id and asked.last_month = movements.month
    where movements.closing_mrr > 0 and {{ add_days('asked.asked_on', 'horizons.horizon_days') }} <= months.last_day

)

select
    followed.account_id,
    followed.alert_kind,
    followed.asked_on,
    followed.horizon_days,
    followed.paying_account_id,
    min(case when outcomes.outcome = 'loss' then outcomes.occurred_on end) as first_loss_on,
    min(case when outcomes.outcome = 'expansion' then outcomes.occurred_on end) as first_expansion_on
from followed
left join outcomes
    on
        followed.paying_account_id = outcomes.account_id
        and followed.asked_on < outcomes.occurred_on
        and followed.followed_until >= outcomes.occurred_on
group by
    followed.account_id, followed.alert_kind, followed.asked_on, followed.horizon_days, followed.paying_account_id
