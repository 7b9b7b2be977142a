with

contract_lines as (

    select * from {{ ref('stg_contract_lines') }}

),

-- Only complete months: the last one ends on or before as_of_date.
bounds as (

    select
        {{ month_start('min(starts_on)') }} as first_month,
        {{ add_months(month_start(add_days(as_of_date(), 1)), -1) }} as last_month
    from contract_lines
    where is_valid

),

months as (

    {{ month_series('first_month', 'last_month') }}
    from bounds
    where first_month <= last_month

)

select
    month,
    {{ month_end('month') }} as month_end,
    {{ fiscal_year('month') }} as fiscal_year,
    cast(floor(
        (month(month) - {{ setting('fiscal_year_start_month') }} + 12) % 12 / 3
    ) as integer) + 1 as fiscal_quarter,
    {{ add_days(add_months('month', 1), setting('close_day') | int - 1) }} as closes_on,
    {{ add_days(add_months('month', 1), setting('close_day') | int - 1) }} <= {{ known_until() }} as is_closed
from months
