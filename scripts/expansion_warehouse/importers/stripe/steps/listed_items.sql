-- One row per subscription item that the export lists, with today's terms.
select distinct on (id)
    id,
    subscription_id,
    price_id,
    coalesce(quantity, '1') as quantity,
    created,
    current_period_end,
    true as is_listed,
from source.subscription_items as listed
order by id, listed
