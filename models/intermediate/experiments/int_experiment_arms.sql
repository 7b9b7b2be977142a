with

variants as (

    select * from {{ ref('int_experiment_variants') }}

),

units as (

    select * from {{ ref('int_experiment_units') }}

),

wins as (

    select * from {{ ref('int_experiment_wins') }}

),

rules as (

    {{ rules_as_columns('experiment_rules', ['horizon_days']) }}

),

counted as (

    select
        units.experiment_id,
        units.variant,
        count(*) as accounts,
        count(wins.account_id) as wins
    from units
    left join wins on units.experiment_id = wins.experiment_id and units.account_id = wins.account_id
    where units.is_counted
    group by units.experiment_id, units.variant

),

follow_ups as (

    select
        experiment_id,
        max(assigned_on) as last_assigned_on,
        sum(case when is_crossed then 1 else 0 end) as crossed_accounts,
        sum(case when is_counted then 0 else 1 end) as excluded_accounts
    from units
    group by experiment_id

)

-- Fixed horizon: nothing is read before the last account has had all its days, which ends an experiment without an end.
select
    variants.experiment_id,
    variants.variant,
    variants.name,
    variants.is_control,
    variants.is_reference,
    variants.planned_share,
    variants.starts_on,
    variants.ends_on,
    cast(coalesce(counted.accounts, 0) as integer) as accounts,
    cast(coalesce(counted.wins, 0) as integer) as wins,
    cast(coalesce(follow_ups.excluded_accounts, 0) as integer) as excluded_accounts,
    cast(coalesce(follow_ups.crossed_accounts, 0) as integer) as crossed_accounts,
    coalesce(
        coalesce(variants.ends_on <= {{ known_until() }}, true)
        and {{ add_days('follow_ups.last_assigned_on', 'rules.horizon_days') }} <= {{ known_until() }},
        false
    ) as is_complete
from variants
cross join rules
left join counted on variants.experiment_id = counted.experiment_id and variants.variant = counted.variant
left join follow_ups on variants.experiment_id = follow_ups.experiment_id
