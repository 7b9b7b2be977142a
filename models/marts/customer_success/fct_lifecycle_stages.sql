with

stages as (

    select * from {{ ref('int_lifecycle_stages') }}
    where basis = 'as_reported'

),

compared as (

    select
        *,
        lag(lifecycle_stage) over (partition by account_id order by month) as previous_stage
    from stages

),

-- A stage lasts until another one begins.
spells as (

    select
        *,
        sum(case when lifecycle_stage = previous_stage then 0 else 1 end) over (
            partition by account_id order by month rows between unbounded preceding and current row
        ) as spell
    from compared

)

select
    account_id,
    month,
    lifecycle_stage,
    reason,
    previous_stage,
    coalesce(lifecycle_stage <> previous_stage, true) as is_new_stage,
    cast(row_number() over (partition by account_id, spell order by month) as integer) as months_in_stage,
    first_paid_on,
    tenure_days,
    health_band,
    case when lifecycle_stage <> 'churned' then next_renewal_on end as next_renewal_on
from spells
