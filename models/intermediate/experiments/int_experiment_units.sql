with

variants as (

    select * from {{ ref('int_experiment_variants') }}

),

assignments as (

    select * from {{ ref('stg_experiment_assignments') }}
    where is_valid

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'restated'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

-- The unit is who pays: a parent whose accounts were put into several arms has seen both.
units as (

    select
        assignments.experiment_id,
        account_map.paying_account_id as account_id,
        min(assignments.variant) as variant,
        min(assignments.assigned_on) as assigned_on,
        min(assignments.variant) <> max(assignments.variant) as is_crossed
    from assignments
    inner join knowledge on {{ is_known('assignments', 'knowledge') }}
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and assignments.account_id = account_map.account_id
    group by assignments.experiment_id, account_map.paying_account_id

)

select
    units.experiment_id,
    units.account_id,
    units.variant,
    units.assigned_on,
    units.is_crossed,
    variants.variant is not null and not units.is_crossed as is_counted
from units
left join variants on units.experiment_id = variants.experiment_id and units.variant = variants.variant
