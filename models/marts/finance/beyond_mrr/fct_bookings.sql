with

bookings as (

    select
        *,
        {{ month_start('booked_on') }} as month
    from {{ ref('int_booking_amounts') }}
    where
        booked_on <= {{ as_of_date() }}
        and (acv_native <> 0 or net_new_acv_native <> 0 or coalesce(tcv_native, 0) <> 0)

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}
    where knowledge_id = 'restated'

),

reporting as (

    {{ reporting_currency_digits() }}

),

rated as (

    select
        bookings.*,
        {{ rate_columns('bookings.currency', 'budget_rates') }}
    from bookings
    left join budget_rates
        on
            bookings.currency = budget_rates.currency
            and bookings.month between budget_rates.from_month and budget_rates.to_month

)

select
    rated.contract_line_id,
    rated.covered_from as starts_on,
    rated.account_id,
    rated.contract_id,
    rated.product_id,
    rated.plan_id,
    {{ booking_type('rated') }} as booking_type,
    rated.booked_on,
    rated.booked_by,
    rated.month,
    {{ add_days('rated.term_to', -1) }} as ends_on,
    rated.term_months,
    rated.earlier_line_id as replaced_line_id,
    rated.currency,
    {% for amount in ['acv', 'tcv', 'net_new_acv'] -%}
    rated.{{ amount }}_native,
    {% endfor -%}
    {{ reporting_money('rated.acv_native', 'rated.budget', 'decimal(21, 3)') }} as acv,
    {{ reporting_money('rated.tcv_native', 'rated.budget', 'decimal(21, 3)') }} as tcv,
    {{ reporting_money('rated.net_new_acv_native', 'rated.budget', 'decimal(21, 3)') }} as net_new_acv
from rated
cross join reporting
