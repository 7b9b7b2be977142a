select
    month,
    month_end,
    cast(fiscal_quarter as integer) as fiscal_quarter,
    cast(fiscal_year as integer) as fiscal_year,
    is_closed,
    case when is_closed then closes_on end as closed_at
from {{ ref('int_months') }}
