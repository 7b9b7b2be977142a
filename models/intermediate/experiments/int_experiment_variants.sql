with

experiments as (

    select * from {{ ref('stg_experiments') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'restated'

),

known as (

    select experiments.*
    from experiments
    inner join knowledge on {{ is_known('experiments', 'knowledge') }}
    where experiments.is_valid

)

-- The first control by name is what the others are compared with.
select
    experiment_id,
    variant,
    name,
    is_control,
    is_control
    and row_number() over (partition by experiment_id, is_control order by variant) = 1 as is_reference,
    planned_share,
    starts_on,
    ends_on
from known
