with

units as (

    select * from {{ ref('int_experiment_units') }}
    where is_counted

),

proposals as (

    select * from {{ ref('stg_proposals') }}
    where is_valid

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'restated'

),

account_map as (

    select * from {{ ref('int_account_map') }}

),

rules as (

    {{ rules_as_columns('experiment_rules', ['horizon_days']) }}

),

-- Distinct also because it fixes the order of joins: wins meet their own account's units, not everybody's.
wins as (

    select distinct
        account_map.paying_account_id as account_id,
        proposals.closed_on
    from proposals
    inner join knowledge on {{ is_known('proposals', 'knowledge') }}
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and proposals.account_id = account_map.account_id
    where {{ is_experiment_win('proposals') }} and proposals.closed_on <= {{ known_until() }}

)

-- By intention to treat: whatever an account buys in time counts for the arm that it was assigned to.
select distinct
    units.experiment_id,
    units.account_id
from units
cross join rules
inner join wins
    on
        units.account_id = wins.account_id
        and units.assigned_on <= wins.closed_on
        and {{ add_days('units.assigned_on', 'rules.horizon_days') }} >= wins.closed_on
