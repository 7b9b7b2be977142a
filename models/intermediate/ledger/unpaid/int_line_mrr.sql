with

counted as (

    select * from {{ ref('int_counted_amounts') }}

),

periods as (

    select * from {{ ref('int_rate_periods') }}

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

-- The rates that come next value an opening balance inside a window that crosses their first month.
rated as (

    select
        counted.*,
        counted.is_billed and not counted.is_unpaid as bills,
        periods.rate_period,
        {{ rate_columns('counted.currency', 'own_rates') }},
        {{ rate_columns('counted.currency', 'next_rates', 'next_budget') }},
        {{ rate_columns('counted.currency', 'later_rates', 'later_budget') }},
        {{ rate_columns('counted.currency', 'spot_rates', 'spot') }}
    from counted
    inner join periods on counted.month = periods.month
    {% for rates, month in {
        'own_rates': 'counted.month',
        'next_rates': 'periods.next_rates_from',
        'later_rates': 'periods.later_rates_from',
    }.items() -%}
    left join budget_rates as {{ rates }}
        on
            counted.knowledge_id = {{ rates }}.knowledge_id
            and counted.currency = {{ rates }}.currency
            and {{ month }} between {{ rates }}.from_month and {{ rates }}.to_month
    {% endfor -%}
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
    rated.rate_period,
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
    {{ billed_money('rated.net_native', 'rated.next_budget', is_billed='rated.bills') }} as mrr_at_next_rate,
    {{ billed_money('rated.net_native', 'rated.later_budget', is_billed='rated.bills') }} as mrr_at_later_rate,
    {{ billed_money('rated.gross_native', 'rated.budget', is_billed='rated.bills') }} as gross_mrr,
    {{ billed_money('rated.excess_native', 'rated.budget', is_billed='rated.bills') }} as excess_discount_mrr,
    {{ billed_money('rated.net_native', 'rated.spot', is_billed='rated.bills') }} as mrr_spot,
    {{ billed_money('rated.arr_native', 'rated.budget', 'decimal(21, 3)', is_billed='rated.bills') }} as arr
from rated
cross join reporting
