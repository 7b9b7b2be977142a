with

population as (

    select * from {{ ref('int_scoring_population') }}

),

paid_lines as (

    select * from {{ ref('int_line_versions') }}
    where {{ is_paid_with_units() }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['agreed_days']) }}

),

windows as (

    select
        population.*,
        {{ add_days('population.month_end', '-rules.agreed_days') }} as day_before
    from population
    cross join rules

),

-- Units of a product on a plan on the day and `agreed_days` before it.
compared as (

    select
        windows.account_id,
        windows.month,
        paid_lines.product_id,
        paid_lines.plan_id,
        max(paid_lines.covered_from) as begun_on,
        sum(case when windows.month_end < paid_lines.covered_to then paid_lines.quantity else 0 end) as units,
        sum(case when windows.day_before >= paid_lines.covered_from then paid_lines.quantity else 0 end) as units_before
    from windows
    inner join paid_lines
        on
            windows.knowledge_id = paid_lines.knowledge_id
            and windows.account_id = paid_lines.account_id
            and windows.month_end >= paid_lines.covered_from
            and windows.day_before < paid_lines.covered_to
    group by windows.account_id, windows.month, paid_lines.product_id, paid_lines.plan_id

)

-- What has grown, or is new, has just been agreed, whether or not anybody wrote a proposal.
select
    account_id,
    month,
    product_id,
    plan_id,
    begun_on,
    cast(units as decimal(22, 6)) as units,
    cast(units_before as decimal(22, 6)) as units_before
from compared
where units > units_before and plan_id is not null
