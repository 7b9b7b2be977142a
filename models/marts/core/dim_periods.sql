select
    period_type,
    period,
    fiscal_year,
    period_label,
    period_months,
    first_month,
    last_month,
    months_present,
    is_partial,
    is_closed
from {{ ref('int_periods') }}
