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

),

in_force as (

    select
        line_months.knowledge_id,
        line_months.version_id,
        line_months.month,
        coalesce(discount_lines.signed_on, discount_lines.known_on) as agreed_on,
        case when discount_lines.discount_kind = 'rate' then discount_lines.discount_rate else 0 end as discount_rate,
        case
            when discount_lines.discount_kind = 'amount' then {{ monthly_amount('discount_lines', 'terms') }} else 0
        end as discount_amount
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

)

select
    knowledge_id,
    version_id,
    month,
    case when count(agreed_on) = count(*) then max(agreed_on) end as agreed_on,
    cast(sum(discount_rate) as decimal(9, 6)) as discount_rate,
    cast(sum(discount_amount) as decimal(38, 18)) as discount_amount
from in_force
group by knowledge_id, version_id, month
