with

states as (

    select * from {{ ref('int_health_states') }}
    where not is_onboarding

),

red as (

    select * from {{ ref('int_red_reasons') }}

),

outcomes as (

    select * from {{ ref('int_backtest_outcomes') }}

),

horizons as (

    select * from {{ ref('health_backtest_horizons') }}

),

rules as (

    {{ rules_as_columns('health_backtest_rules', ['min_events', 'interval_z', 'accepted_red_lift']) }}

),

everybody as (

    select
        states.score_version,
        horizons.horizon_days,
        count(outcomes.account_id) as base_rows,
        sum(case when outcomes.is_lost then 1 else 0 end) as base_losses
    from states
    cross join horizons
    left join outcomes
        on
            states.account_id = outcomes.account_id
            and states.month = outcomes.month
            and horizons.horizon_days = outcomes.horizon_days
    group by states.score_version, horizons.horizon_days

),

-- Every reason is there, also where nobody was red for it, to say so. The months of an account are no news about one
-- another: each account is one trial.
rated as (

    {% for reason in red_reasons() -%}
    select
        everybody.*,
        '{{ reason }}' as reason,
        red.red_rows,
        red.red_accounts,
        red.losses,
        red.events,
        red.alone_rows,
        red.alone_losses,
        {{ ratio('red.losses', 'red.red_rows') }} as loss_rate,
        {{ ratio('everybody.base_losses', 'everybody.base_rows') }} as base_rate,
        {{ ratio('red.losses * everybody.base_rows', 'red.red_rows * everybody.base_losses') }} as lift,
        cast(rules.interval_z as double) as z,
        rules.min_events,
        rules.accepted_red_lift
    from everybody
    cross join rules
    left join red
        on
            everybody.score_version = red.score_version
            and everybody.horizon_days = red.horizon_days
            and red.reason = '{{ reason }}'
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

bounded as (

    select
        *,
        {{ wilson_low('loss_rate * red_accounts', 'red_accounts', 'z') }} as loss_rate_low,
        {{ wilson_high('loss_rate * red_accounts', 'red_accounts', 'z') }} as loss_rate_high
    from rated

)

select
    bounded.score_version,
    cast(bounded.horizon_days as integer) as horizon_days,
    bounded.reason,
    cast(coalesce(bounded.red_rows, 0) as bigint) as red_rows,
    cast(coalesce(bounded.red_accounts, 0) as bigint) as red_accounts,
    cast(coalesce(bounded.losses, 0) as bigint) as losses,
    cast(coalesce(bounded.events, 0) as bigint) as events,
    bounded.loss_rate,
    bounded.loss_rate_low,
    bounded.loss_rate_high,
    cast(coalesce(bounded.alone_rows, 0) as bigint) as alone_rows,
    cast(coalesce(bounded.alone_losses, 0) as bigint) as alone_losses,
    cast(bounded.base_rows as bigint) as base_rows,
    cast(bounded.base_losses as bigint) as base_losses,
    bounded.base_rate,
    bounded.lift,
    {{ red_reason_verdict('coalesce(bounded.events, 0)', 'bounded.loss_rate_low', 'bounded.base_rate', 'bounded') }}
        as verdict,
    coalesce(bounded.lift >= bounded.accepted_red_lift, false) as reaches_target
from bounded
