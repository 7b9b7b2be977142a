-- Only that a subscription is paused now, not since when.
select
    id as subscription_id,
    pause_collection__behavior as behavior,
    cast(null as varchar) as paused_at,
    cast(null as varchar) as ended_at,
    as_moment(pause_collection__resumes_at) as resumes_at,
from export.subscriptions
where pause_collection__behavior is not null
