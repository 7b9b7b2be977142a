with

arms as (

    select * from {{ ref('int_experiment_arms') }}

),

splits as (

    select * from {{ ref('int_experiment_splits') }}

),

comparisons as (

    select * from {{ ref('int_experiment_comparisons') }}

),

rules as (

    {{ rules_as_columns('experiment_rules', ['alpha', 'srm_alpha', 'relevant_lift']) }}

),

joined as (

    select
        arms.*,
        splits.srm_p_value,
        comparisons.lift,
        comparisons.ci_low,
        comparisons.ci_high,
        comparisons.test,
        comparisons.p_value,
        comparisons.adjusted_p_value,
        comparisons.mde,
        comparisons.accounts_needed
    from arms
    left join splits on arms.experiment_id = splits.experiment_id
    left join comparisons on arms.experiment_id = comparisons.experiment_id and arms.variant = comparisons.variant

),

judged as (

    select
        joined.*,
        {{ experiment_status('joined', 'rules') }} as status
    from joined
    cross join rules

)

-- Nobody looks at a result before its time, and nobody at one that means nothing.
select
    experiment_id,
    variant,
    name,
    is_control,
    starts_on,
    ends_on,
    planned_share,
    accounts,
    excluded_accounts,
    crossed_accounts,
    {% for column in [
        'wins', 'lift', 'ci_low', 'ci_high', 'test', 'p_value', 'adjusted_p_value', 'mde', 'accounts_needed',
    ] -%}
    case when coalesce(status, 'control') not in ('running', 'srm_failed') then {{ column }} end as {{ column }},
    {% endfor -%}
    case
        when coalesce(status, 'control') not in ('running', 'srm_failed') then {{ ratio('wins', 'accounts') }}
    end as win_rate,
    srm_p_value,
    status
from judged
