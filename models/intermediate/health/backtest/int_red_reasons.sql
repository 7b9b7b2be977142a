with

-- In onboarding nothing makes red.
states as (

    select * from {{ ref('int_health_states') }}
    where not is_onboarding

),

outcomes as (

    select * from {{ ref('int_backtest_outcomes') }}

),

reasons as (

    {% for reason, condition in red_reasons().items() -%}
    select
        account_id,
        month,
        score_version,
        '{{ reason }}' as reason
    from states
    where {{ condition }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

red as (

    select
        *,
        count(*) over (partition by account_id, month) = 1 as is_only_reason
    from reasons

)

-- A loss follows several month-ends of one account: it is one event.
select
    red.score_version,
    red.reason,
    outcomes.horizon_days,
    cast(count(*) as bigint) as red_rows,
    cast(count(distinct outcomes.paying_account_id) as bigint) as red_accounts,
    cast(sum(case when outcomes.is_lost then 1 else 0 end) as bigint) as losses,
    cast(count(distinct case
        when outcomes.is_lost
            then outcomes.paying_account_id || '|' || cast(outcomes.first_loss_on as {{ dbt.type_string() }})
    end) as bigint) as events,
    cast(sum(case when red.is_only_reason then 1 else 0 end) as bigint) as alone_rows,
    cast(sum(case when red.is_only_reason and outcomes.is_lost then 1 else 0 end) as bigint) as alone_losses
from red
inner join outcomes on red.account_id = outcomes.account_id and red.month = outcomes.month
group by red.score_version, red.reason, outcomes.horizon_days
