select
    id,
    subscription_id,
    coalesce(price_id, plan_id) as price_id,
    cast(quantity as varchar) as quantity,
    as_moment(created) as created,
    as_moment(current_period_end) as current_period_end,
from export.subscription_item
