with

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where charge_type = 'recurring' and quantity >= 0

),

plans as (

    select * from {{ ref('int_plans') }}

),

in_order as (

    select
        line_versions.*,
        plans.tier_rank,
        {{ is_paid_with_units() }} and line_versions.status <> 'paused' as bills,
        lag(line_versions.plan_id) over by_day as earlier_plan_id,
        lag(line_versions.product_id) over by_day as earlier_product_id,
        lag(line_versions.covered_to) over by_day as earlier_to
    from line_versions
    left join plans on line_versions.plan_id = plans.plan_id
    window by_day as (
        partition by line_versions.knowledge_id, line_versions.contract_line_id order by line_versions.covered_from
    )

),

-- What bills opens a spell, and so does what gives the paid line up.
opened as (

    select
        *,
        sum(case when bills or {{ gives_a_line_up() }} then 1 else 0 end) over (
            partition by knowledge_id, contract_line_id order by covered_from rows unbounded preceding
        ) as spell
    from in_order

),

followed as (

    select
        *,
        max(case when bills then 1 else 0 end) over spell_of_line = 1 as has_billed,
        min(case when not bills then covered_from end) over spell_of_line as rests_from
    from opened
    window spell_of_line as (partition by knowledge_id, contract_line_id, spell)

)

select
    knowledge_id,
    contract_line_id,
    version_id,
    covered_from,
    covered_to,
    rests_from,
    has_billed or status = 'paused' as is_pause
from followed
where not bills and (has_billed or is_paid_line or status = 'paused')
