select month, month_end, fiscal_year, fiscal_quarter, is_closed
from dim_months
order by month
