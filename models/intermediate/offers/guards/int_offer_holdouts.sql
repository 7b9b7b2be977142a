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
    where basis = 'as_reported'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

)

select distinct
    account_map.paying_account_id as account_id,
    knowledge.closing_month as month
from assignments
inner join experiments
    on assignments.experiment_id = experiments.experiment_id and assignments.variant = experiments.variant
inner join holdout_variants on experiments.variant = holdout_variants.variant
inner join knowledge
    on
        assignments.assigned_on <= knowledge.map_date
        and knowledge.map_date between experiments.starts_on and experiments.ends_on
        and {{ is_known('assignments', 'knowledge') }}
        and {{ is_known('experiments', 'knowledge') }}
inner join account_map
    on knowledge.knowledge_id = account_map.knowledge_id and assignments.account_id = account_map.account_id
