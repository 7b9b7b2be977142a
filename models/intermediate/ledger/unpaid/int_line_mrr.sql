with

counted as (

    select * from {{ ref('int_counted_amounts') }}

),

months as (

    select * from {{ ref('int_months') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

spot_rates as (

    select * from {{ ref('int_spot_rates') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- The next year's rate values an opening balance inside a window that crosses the year.
rated as (

    select
        counted.*,
        counted.is_billed and not counted.is_unpaid as bills,
        months.fiscal_year,
        {{ rate_columns('counted.currency', 'own_year') }},
        {{ rate_columns('counted.currency', 'next_year', 'next_budget') }},
        {{ rate_columns('counted.currency', 'spot_rates', 'spot') }}
    from counted
    inner join months on counted.month = months.month
    left join budget_rates as own_year
        on
            counted.knowledge_id = own_year.knowledge_id
            and counted.currency = own_year.currency
            and counted.month between own_year.from_month and own_year.to_month
    left join budget_rates as next_year
        on
            counted.knowledge_id = next_year.knowledge_id
            and counted.currency = next_year.currency
            and {{ add_months('counted.month', 12) }} between next_year.from_month and next_year.to_month
    left join spot_rates
        on
            counted.knowledge_id = spot_rates.knowledge_id
            and counted.currency = spot_rates.currency
            and counted.month = spot_rates.month

)

select
    rated.knowledge_id,
    rated.month,
    rated.contract_line_id,
    rated.version_id,
    rated.account_id,
    rated.owner_account_id,
    rated.product_id,
    rated.plan_id,
    rated.currency,
    rated.fiscal_year,
    rated.quantity,
    rated.unit_price,
    rated.billing_unit,
    rated.billing_interval,
    rated.signed_on,
    rated.agreed_on,
    rated.is_paid_line,
    rated.is_in_force and not rated.is_unpaid as is_in_force,
    rated.is_paused,
    rated.is_unpaid,
    rated.unpaid_from,
    rated.bills as is_billed,
    rated.is_gap_filled,
    rated.gross_native,
    case when rated.bills then rated.net_native else 0 end as mrr_native,
    {{ billed_money('rated.net_native', 'rated.budget', is_billed='rated.bills') }} as mrr,
    {{ billed_money('rated.net_native', 'rated.next_budget', is_billed='rated.bills') }} as mrr_next_year,
    {{ billed_money('rated.gross_native', 'rated.budget', is_billed='rated.bills') }} as gross_mrr,
    {{ billed_money('rated.excess_native', 'rated.budget', is_billed='rated.bills') }} as excess_discount_mrr,
    {{ billed_money('rated.net_native', 'rated.spot', is_billed='rated.bills') }} as mrr_spot,
    {{ billed_money('rated.arr_native', 'rated.budget', 'decimal(20, 2)', is_billed='rated.bills') }} as arr
from rated
cross join reporting
