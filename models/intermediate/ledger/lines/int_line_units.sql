with

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where charge_type = 'recurring'

),

chains as (

    select * from {{ ref('int_line_chains') }}

),

terms as (

    select * from {{ ref('int_line_terms') }}

),

plans as (

    select * from {{ ref('stg_plans') }}
    where is_valid

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

-- What the line says, else what its plan says. A line, its renewals and a few days of more of it are one line.
stated as (

    select
        line_versions.knowledge_id,
        line_versions.contract_line_id,
        line_versions.version_id,
        line_versions.account_id,
        line_versions.product_id,
        line_versions.currency,
        coalesce(
            host_chains.chain_id, line_versions.host_line_id, chains.chain_id, line_versions.contract_line_id
        ) as chain_id,
        round(
            cast(line_versions.unit_price as double) * terms.months_denominator
            / cast(terms.months_numerator as double), 12
        ) as monthly_price,
        coalesce(line_versions.unit, plans.unit) as stated_unit,
        case
            when {{ is_seat_priced('plans.list_price_per_seat_month', 'line_versions.quantity') }} then 'seat'
        end as likely_unit
    from line_versions
    inner join chains
        on
            line_versions.knowledge_id = chains.knowledge_id
            and line_versions.contract_line_id = chains.contract_line_id
    left join chains as host_chains
        on
            line_versions.knowledge_id = host_chains.knowledge_id
            and line_versions.host_line_id = host_chains.contract_line_id
    inner join terms on line_versions.version_id = terms.version_id
    inner join knowledge on line_versions.knowledge_id = knowledge.knowledge_id
    left join plans on line_versions.plan_id = plans.plan_id and {{ is_known('plans', 'knowledge') }}

),

decided as (

    select
        *,
        coalesce(stated_unit, max(stated_unit) over line, max(likely_unit) over line) as decided_unit
    from stated
    window line as (partition by knowledge_id, product_id, chain_id)

),

compared as (

    select
        *,
        case when min(decided_unit) over price = max(decided_unit) over price then max(decided_unit) over price end
            as unit_at_price
    from decided
    window price as (partition by knowledge_id, account_id, product_id, currency, monthly_price)

)

-- One piece of what costs the same as a seat is a seat; one of anything else is a fee.
select
    knowledge_id,
    contract_line_id,
    version_id,
    coalesce(
        decided_unit,
        max(unit_at_price) over (partition by knowledge_id, product_id, chain_id),
        'flat'
    ) as unit
from compared
