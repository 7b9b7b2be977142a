with

arms as (

    select * from {{ ref('int_experiment_arms') }}
    where accounts > 0

),

rules as (

    {{ rules_as_columns('experiment_rules', ['alpha', 'power', 'min_expected_cell', 'relevant_lift']) }}

),

levels as (

    select
        min_expected_cell,
        cast(alpha as double) as alpha,
        cast(power as double) as power_level,
        cast(relevant_lift as double) as relevant_lift,
        normal_quantile(1 - cast(alpha as double) / 2) as z_level
    from rules

),

compared as (

    select
        arm.experiment_id,
        arm.variant,
        arm.accounts,
        arm.wins,
        control.accounts as control_accounts,
        control.wins as control_wins,
        {{ ratio('arm.wins', 'arm.accounts') }} - {{ ratio('control.wins', 'control.accounts') }} as lift,
        {{ newcombe_low('arm', 'control', 'levels.z_level') }} as ci_low,
        {{ newcombe_high('arm', 'control', 'levels.z_level') }} as ci_high,
        {{ pooled_z('arm', 'control') }} as z,
        {{ smallest_expected_cell('arm', 'control') }} < levels.min_expected_cell as is_exact
    from arms as arm
    cross join levels
    inner join arms as control on arm.experiment_id = control.experiment_id and control.is_reference
    where not arm.is_control

),

sized as (

    select
        compared.*,
        detectable_lift(
            {{ ratio('compared.control_wins', 'compared.control_accounts') }},
            cast(compared.control_accounts as bigint), cast(compared.accounts as bigint),
            levels.alpha, levels.power_level
        ) as mde,
        accounts_per_arm(
            {{ ratio('compared.control_wins', 'compared.control_accounts') }},
            {{ ratio('compared.control_wins', 'compared.control_accounts') }} + levels.relevant_lift,
            levels.alpha, levels.power_level
        ) as accounts_needed
    from compared
    cross join levels

)

select
    experiment_id,
    variant,
    lift,
    ci_low,
    ci_high,
    case when is_exact then 'fisher' else 'z' end as test,
    z,
    case
        when is_exact
            then fisher_p(
                cast(wins as bigint), cast(accounts - wins as bigint),
                cast(control_wins as bigint), cast(control_accounts - control_wins as bigint)
            )
        else two_sided_p(z)
    end as p_value,
    mde,
    cast(accounts_needed as integer) as accounts_needed
from sized
