select
    event_id,
    account_id,
    user_id,
    getvariable('product') as product_id,
    feature_key,
    occurred_at,
    recorded_at
from source.events
where left_out is null
order by event_id, occurred_at, account_id, user_id, feature_key, recorded_at
