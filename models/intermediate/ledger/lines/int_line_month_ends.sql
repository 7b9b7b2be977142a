with

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where charge_type = 'recurring' and quantity >= 0

),

rests as (

    select * from {{ ref('int_line_rests') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

months as (

    select * from {{ ref('int_seen_months') }}

)

-- A month-end in a bridged gap shows what the last covered day showed.
select
    coverage.knowledge_id,
    months.month,
    months.month_end,
    least(months.month_end, {{ add_days('coverage.covered_to', -1) }}) as valued_on,
    months.month_end >= coverage.covered_to as is_gap_filled,
    line_versions.contract_line_id,
    line_versions.version_id,
    line_versions.account_id,
    line_versions.owner_account_id,
    line_versions.product_id,
    line_versions.is_paid_line or rests.version_id is not null as is_paid_line,
    case when not rests.is_pause then rests.rests_from end as idle_from
from coverage
inner join line_versions
    on coverage.knowledge_id = line_versions.knowledge_id and coverage.version_id = line_versions.version_id
left join rests
    on line_versions.knowledge_id = rests.knowledge_id and line_versions.version_id = rests.version_id
inner join knowledge on coverage.knowledge_id = knowledge.knowledge_id
inner join months
    on
        months.month between knowledge.first_month and knowledge.last_month
        and coverage.covered_from <= months.month_end
        and coverage.bridged_to > months.month_end
