with

line_months as (

    select * from {{ ref('int_line_months') }}

),

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

discount_lines as (

    select * from {{ ref('int_line_versions') }}
    where charge_type = 'discount'

),

terms as (

    select * from {{ ref('int_line_terms') }}

)

select
    line_months.knowledge_id,
    line_months.version_id,
    line_months.month,
    case
        when count(coalesce(discount_lines.signed_on, discount_lines.known_on)) = count(*)
            then max(coalesce(discount_lines.signed_on, discount_lines.known_on))
    end as agreed_on,
    {{ discount_totals('discount_lines', 'terms') }}
from line_months
inner join discount_lines
    on
        line_months.knowledge_id = discount_lines.knowledge_id
        and line_months.contract_line_id = discount_lines.parent_line_id
inner join coverage
    on
        discount_lines.knowledge_id = coverage.knowledge_id
        and discount_lines.version_id = coverage.version_id
        and line_months.valued_on >= coverage.covered_from
        and line_months.valued_on < coverage.covered_to
inner join terms on discount_lines.version_id = terms.version_id
group by line_months.knowledge_id, line_months.version_id, line_months.month
