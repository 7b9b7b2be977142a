-- A month is closed once the day on which its books close has come and was known; until then its numbers may change.
select month, is_closed
from dim_months
order by month
