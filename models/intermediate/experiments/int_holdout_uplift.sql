with

arms as (

    select * from {{ ref('int_experiment_arms') }}
    where is_complete and accounts > 0

),

splits as (

    select * from {{ ref('int_experiment_splits') }}

),

holdout_variants as (

    select * from {{ ref('holdout_variants') }}

),

rules as (

    {{ rules_as_columns('experiment_rules', ['srm_alpha']) }}

),

holdouts as (

    select arms.*
    from arms
    inner join holdout_variants on arms.variant = holdout_variants.variant
    where arms.is_reference

),

-- A split that was not the planned one says nothing.
compared as (

    select
        holdouts.experiment_id,
        holdouts.starts_on,
        holdouts.accounts as holdout_accounts,
        holdouts.wins as holdout_wins,
        sum(arms.accounts) as offered_accounts,
        sum(arms.wins) as offered_wins
    from holdouts
    cross join rules
    inner join arms on holdouts.experiment_id = arms.experiment_id and not arms.is_control
    left join splits on holdouts.experiment_id = splits.experiment_id
    where coalesce(splits.srm_p_value >= rules.srm_alpha, true)
    group by holdouts.experiment_id, holdouts.starts_on, holdouts.accounts, holdouts.wins

),

ordered as (

    select
        *,
        row_number() over (order by starts_on desc, experiment_id asc) as place
    from compared

)

select
    experiment_id,
    holdout_accounts,
    holdout_wins,
    cast(offered_accounts as integer) as offered_accounts,
    cast(offered_wins as integer) as offered_wins
from ordered
where place = 1
