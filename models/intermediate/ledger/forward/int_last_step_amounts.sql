with

commitments as (

    select * from {{ ref('int_kept_commitments') }}

),

discounts as (

    select * from {{ ref('int_last_step_discounts') }}

),

amendments as (

    select * from {{ ref('int_last_step_amendments') }}

),

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

terms as (

    select * from {{ ref('int_line_terms') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

exact as (

    select
        commitments.knowledge_id,
        commitments.month,
        commitments.version_id,
        commitments.is_billed,
        line_versions.currency,
        {{ rate_columns('line_versions.currency', 'budget_rates') }},
        coalesce(currencies.minor_unit_digits, 2) as minor_unit_digits,
        coalesce(
            amendments.net_amount, discounts.net_amount, {{ net_of_own_rate('line_versions', 'terms') }}
        ) as net_amount
    from commitments
    left join discounts
        on
            commitments.knowledge_id = discounts.knowledge_id
            and commitments.month = discounts.month
            and commitments.version_id = discounts.version_id
    left join amendments
        on
            commitments.knowledge_id = amendments.knowledge_id
            and commitments.month = amendments.month
            and commitments.version_id = amendments.version_id
    inner join line_versions
        on
            commitments.knowledge_id = line_versions.knowledge_id
            and commitments.version_id = line_versions.version_id
    inner join terms on commitments.version_id = terms.version_id
    left join currencies on line_versions.currency = currencies.currency
    left join budget_rates
        on
            commitments.knowledge_id = budget_rates.knowledge_id
            and line_versions.currency = budget_rates.currency
            and commitments.month between budget_rates.from_month and budget_rates.to_month
    where discounts.version_id is not null or amendments.version_id is not null

),

rated as (

    select
        *,
        {{ round_monthly_amount('net_amount', 'minor_unit_digits') }} as net_native
    from exact

)

-- A line that rests commits to nothing until it is billed again.
select
    rated.knowledge_id,
    rated.month,
    rated.version_id,
    rated.currency,
    case when rated.is_billed then rated.net_native else 0 end as net_native,
    {{ billed_money('rated.net_native', 'rated.budget') }} as amount
from rated
cross join reporting
