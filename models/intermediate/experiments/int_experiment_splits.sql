with

arms as (

    select * from {{ ref('int_experiment_arms') }}
    where planned_share > 0

),

expected as (

    select
        experiment_id,
        accounts,
        {{ ratio('planned_share', 'sum(planned_share) over (partition by experiment_id)') }}
        * sum(accounts) over (partition by experiment_id) as expected_accounts
    from arms

),

compared as (

    select
        experiment_id,
        sum(
            (accounts - expected_accounts) * (accounts - expected_accounts) / nullif(expected_accounts, 0)
        ) as srm_statistic,
        count(*) - 1 as degrees_of_freedom
    from expected
    group by experiment_id

)

-- A split that was not the planned one: something lost or moved accounts, and the arms are no longer alike.
select
    experiment_id,
    srm_statistic,
    cast(degrees_of_freedom as bigint) as degrees_of_freedom,
    chi_square_p(srm_statistic, cast(degrees_of_freedom as bigint)) as srm_p_value
from compared
