with

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where charge_type in ('usage', 'one_time')

),

months as (

    select * from {{ ref('int_months') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

billing_units as (

    select * from {{ ref('billing_units') }}

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

single_month as (

    select
        1 as months_numerator,
        1 as months_denominator

),

-- One-time charges belong to the month they start in, usage to every month it covers.
dated as (

    select
        line_versions.*,
        months.month,
        months.fiscal_year,
        line_versions.covered_from >= months.month and line_versions.covered_to <= {{ add_days('months.month_end', 1) }}
            as is_within_month
    from line_versions
    inner join knowledge on line_versions.knowledge_id = knowledge.knowledge_id
    inner join months
        on
            months.month between knowledge.first_month and knowledge.last_month
            and line_versions.covered_from <= months.month_end
            and line_versions.covered_to > months.month
    where line_versions.charge_type = 'usage' or {{ month_start('line_versions.starts_on') }} = months.month

),

valued as (

    select
        dated.*,
        coalesce(currencies.minor_unit_digits, 2) as minor_unit_digits,
        case
            when dated.charge_type = 'one_time' or dated.is_within_month or billing_units.billing_unit is null
                then {{ monthly_amount('dated', 'single_month') }}
            else {{ monthly_amount('dated', 'billing_units') }}
        end as exact_amount,
        {{ rate_to_reporting('dated.currency', 'budget_rates.rate') }} as budget_rate
    from dated
    cross join single_month
    left join billing_units on dated.billing_unit = billing_units.billing_unit
    left join currencies on dated.currency = currencies.currency
    left join budget_rates
        on
            dated.knowledge_id = budget_rates.knowledge_id
            and dated.currency = budget_rates.currency
            and dated.fiscal_year = budget_rates.fiscal_year

),

rounded as (

    select
        *,
        {{ round_to_minor_unit('round(exact_amount, 12)', 'minor_unit_digits') }} as amount_native
    from valued

)

select
    rounded.knowledge_id,
    rounded.contract_line_id,
    rounded.version_id,
    rounded.account_id,
    rounded.product_id,
    rounded.month,
    rounded.charge_type,
    rounded.currency,
    rounded.budget_rate,
    rounded.amount_native,
    {{ reporting_money('rounded.amount_native', 'rounded.budget_rate') }} as amount
from rounded
cross join reporting
