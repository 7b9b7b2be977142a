-- The API only says that a subscription is paused now, not since when.
select
    id as subscription_id,
    try(cast(pause_collection as varchar) ->> '$.behavior') as behavior,
    cast(null as varchar) as paused_at,
    cast(null as varchar) as ended_at,
    as_moment(try(cast(pause_collection as varchar) ->> '$.resumes_at')) as resumes_at,
from export.subscriptions
where try(cast(pause_collection as varchar) ->> '$.behavior') is not null
