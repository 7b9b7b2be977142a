with

tests as (

    select * from {{ ref('int_experiment_tests') }}

),

ordered as (

    select
        *,
        row_number() over (partition by experiment_id order by p_value, variant) as place,
        count(*) over (partition by experiment_id) as comparisons
    from tests

)

-- Holm: the smallest p-value stands for all comparisons, the next one for one fewer, and none for less than the one
-- before it.
select
    experiment_id,
    variant,
    lift,
    ci_low,
    ci_high,
    test,
    p_value,
    least(
        1,
        max((comparisons - place + 1) * p_value) over (
            partition by experiment_id order by place rows between unbounded preceding and current row
        )
    ) as adjusted_p_value,
    mde,
    accounts_needed
from ordered
