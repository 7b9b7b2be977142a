-- Days on which nobody used anything, or one product, that many used before: the recording stopped. Usage of the whole
-- company is unknown in every window that lacks them; a person should load the days again.
{{ config(severity='warn') }}
select
    product_id,
    first_day,
    last_day,
    business_days,
    accounts_before
from {{ ref('int_usage_outages') }}
where month = (select max(seen.month) from {{ ref('int_seen_months') }} as seen)
