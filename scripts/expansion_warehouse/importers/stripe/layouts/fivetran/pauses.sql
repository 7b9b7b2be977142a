-- The history tells when a pause began and ended; without it only the running ones are known.
with spells as (
    select
        id,
        _fivetran_start,
        pause_collection_behavior,
        pause_collection_resumes_at,
        lead(_fivetran_start) over by_day as next_start,
        lag(pause_collection_behavior) over by_day as earlier_behavior,
        row_number() over by_day
        - row_number() over (
            partition by id, pause_collection_behavior is null order by _fivetran_start, cast(_fivetran_end as varchar)
        ) as spell,
    from export.subscription_history
    where _fivetran_start is not null
    window by_day as (partition by id order by _fivetran_start, cast(_fivetran_end as varchar))
),

told as (
    select
        id as subscription_id,
        max(pause_collection_behavior) as behavior,
        as_moment(min(_fivetran_start)) as paused_at,
        case when count(*) = count(next_start) then as_moment(max(next_start)) end as ended_at,
        case when count(*) > count(next_start) then as_moment(max(pause_collection_resumes_at)) end as resumes_at,
    from spells
    where pause_collection_behavior is not null
    group by id, spell
)

select subscription_id, behavior, paused_at, ended_at, resumes_at from told
union all
select
    id as subscription_id,
    pause_collection_behavior as behavior,
    cast(null as varchar) as paused_at,
    cast(null as varchar) as ended_at,
    as_moment(pause_collection_resumes_at) as resumes_at,
from export.subscription
where
    pause_collection_behavior is not null
    and id not in (
        select told.subscription_id from told
        where told.ended_at is null and told.subscription_id is not null
    )
