with

states as (

    select * from {{ ref('int_health_states') }}
    where health_band <> 'onboarding'

),

observations as (

    select * from {{ ref('int_alert_observations') }}

),

rules as (

    {{ rules_as_columns('alert_rules', ['fall_points']) }}

),

-- Notice and overdue invoices make red too; they are alerts of their own.
judged as (

    select
        states.*,
        observations.observed_on,
        observations.next_on,
        rules.fall_points,
        states.has_score_drop or states.has_severe_open_ticket or coalesce(states.state_band = 'red', false) as is_red
    from states
    cross join rules
    inner join observations on states.month = observations.month

)

select
    account_id,
    'turned_red' as alert_kind,
    cast(null as {{ dbt.type_string() }}) as subject,
    observed_on as holds_from,
    next_on as holds_until,
    case
        when health_score is null then 'unscored'
        when has_severe_open_ticket then 'severe_ticket'
        when has_score_drop and lasting_drop_from is not null then 'lasting_drop'
        when has_score_drop then 'score_drop'
        when delta_1m is null then 'low_score'
        else 'fallen_score'
    end as situation,
    cast(health_score as decimal(22, 6)) as reading,
    cast(
        coalesce(case when has_score_drop then lasting_drop_from end, health_score - delta_1m) as decimal(22, 6)
    ) as reading_before,
    cast(null as decimal(22, 6)) as bound,
    cast(null as {{ dbt.type_string() }}) as words,
    observed_on as evidence_on
from judged
where is_red
union all
select
    account_id,
    'fell_without_turning' as alert_kind,
    cast(null as {{ dbt.type_string() }}) as subject,
    observed_on as holds_from,
    next_on as holds_until,
    'any' as situation,
    cast(health_score as decimal(22, 6)) as reading,
    cast(health_score - delta_3m as decimal(22, 6)) as reading_before,
    cast(fall_points as decimal(22, 6)) as bound,
    cast(null as {{ dbt.type_string() }}) as words,
    observed_on as evidence_on
from judged
where health_band <> 'red' and delta_3m <= -fall_points
