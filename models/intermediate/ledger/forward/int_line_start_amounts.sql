with

starts as (

    select * from {{ ref('int_line_starts') }}

),

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

coverage as (

    select * from {{ ref('int_line_coverage') }}

),

terms as (

    select * from {{ ref('int_line_terms') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

discounts as (

    select
        starts.knowledge_id,
        starts.version_id,
        {{ discount_totals('discount_lines', 'terms') }}
    from starts
    inner join line_versions as discount_lines
        on
            starts.knowledge_id = discount_lines.knowledge_id
            and starts.contract_line_id = discount_lines.parent_line_id
            and discount_lines.charge_type = 'discount'
    inner join coverage
        on
            discount_lines.knowledge_id = coverage.knowledge_id
            and discount_lines.version_id = coverage.version_id
            and starts.covered_from >= coverage.covered_from
            and starts.covered_from < coverage.covered_to
    inner join terms on discount_lines.version_id = terms.version_id
    group by starts.knowledge_id, starts.version_id

),

exact as (

    select
        starts.knowledge_id,
        starts.version_id,
        line_versions.currency,
        {{ fiscal_year('starts.covered_from') }} as first_fiscal_year,
        coalesce(currencies.minor_unit_digits, 2) as minor_unit_digits,
        {{ net_monthly_amount('line_versions', 'terms', 'discounts') }} as net_amount
    from starts
    inner join line_versions
        on starts.knowledge_id = line_versions.knowledge_id and starts.version_id = line_versions.version_id
    inner join terms on starts.version_id = terms.version_id
    left join discounts
        on starts.knowledge_id = discounts.knowledge_id and starts.version_id = discounts.version_id
    left join currencies on line_versions.currency = currencies.currency

)

-- Discounts that exceed their line are quarantined with it.
select
    exact.knowledge_id,
    exact.version_id,
    exact.currency,
    {{ round_monthly_amount('exact.net_amount', 'exact.minor_unit_digits') }} as net_native,
    budget_rates.rate as first_budget_rate
from exact
left join budget_rates
    on
        exact.knowledge_id = budget_rates.knowledge_id
        and exact.currency = budget_rates.currency
        and exact.first_fiscal_year = budget_rates.fiscal_year
where exact.net_amount >= 0
