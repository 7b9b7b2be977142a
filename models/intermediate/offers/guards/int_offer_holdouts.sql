with

assignments as (

    select * from {{ ref('stg_experiment_assignments') }}
    where is_valid

),

experiments as (

    select * from {{ ref('stg_experiments') }}
    where is_valid and is_control

),

holdout_variants as (

    select * from {{ ref('holdout_variants') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

rules as (

    {{ rules_as_columns('experiment_rules', ['horizon_days']) }}

),

assigned as (

    select
        knowledge.knowledge_id,
        knowledge.closing_month,
        knowledge.map_date,
        knowledge.known_until,
        assignments.experiment_id,
        assignments.variant,
        assignments.account_id,
        max(assignments.assigned_on) over (
            partition by knowledge.knowledge_id, assignments.experiment_id
        ) as last_assigned_on
    from assignments
    inner join knowledge
        on assignments.assigned_on <= knowledge.map_date and {{ is_known('assignments', 'knowledge') }}

)

-- A test without an end lasts until its last account has had its horizon.
select distinct
    account_map.paying_account_id as account_id,
    assigned.closing_month as month
from assigned
cross join rules
inner join experiments
    on assigned.experiment_id = experiments.experiment_id and assigned.variant = experiments.variant
inner join holdout_variants on experiments.variant = holdout_variants.variant
inner join account_map
    on assigned.knowledge_id = account_map.knowledge_id and assigned.account_id = account_map.account_id
where
    {{ is_known('experiments', 'assigned') }}
    and assigned.map_date >= experiments.starts_on
    and assigned.map_date
    <= coalesce(experiments.ends_on, {{ add_days('assigned.last_assigned_on', 'rules.horizon_days') }})
