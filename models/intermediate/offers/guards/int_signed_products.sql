with

population as (

    select * from {{ ref('int_scoring_population') }}

),

paid_lines as (

    select * from {{ ref('int_line_versions') }}
    where {{ is_paid_with_units() }}

)

select
    population.account_id,
    population.month,
    paid_lines.product_id,
    paid_lines.plan_id,
    cast(max(paid_lines.quantity) as decimal(22, 6)) as units,
    max(coalesce(paid_lines.signed_on, paid_lines.covered_from)) as agreed_on
from population
inner join paid_lines
    on
        population.knowledge_id = paid_lines.knowledge_id
        and population.account_id = paid_lines.account_id
        and population.month_end < paid_lines.covered_from
        and population.month_end >= coalesce(paid_lines.signed_on, population.month_end)
group by population.account_id, population.month, paid_lines.product_id, paid_lines.plan_id
