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
        cast(sum(
            case when discount_lines.discount_kind = 'rate' then discount_lines.discount_rate else 0 end
        ) as decimal(9, 6)) as discount_rate,
        cast(sum(
            case
                when discount_lines.discount_kind = 'amount' then {{ monthly_amount('discount_lines', 'terms') }} else 0
            end
        ) as decimal(38, 18)) as discount_amount
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
        {{ monthly_amount(
            'line_versions', 'terms',
            kept_share='greatest(1 - line_versions.discount_rate - coalesce(discounts.discount_rate, 0), -1)'
        ) }} + coalesce(discounts.discount_amount, 0) as net_amount
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
    {{ round_to_minor_unit('round(exact.net_amount, 12)', 'exact.minor_unit_digits') }} as net_native,
    budget_rates.rate as first_budget_rate
from exact
left join budget_rates
    on
        exact.knowledge_id = budget_rates.knowledge_id
        and exact.currency = budget_rates.currency
        and exact.first_fiscal_year = budget_rates.fiscal_year
where exact.net_amount >= 0
