with

usage_windows as (

    select * from {{ ref('usage_windows') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

starts as (

    select * from {{ ref('int_usage_starts') }}
    where series = 'events'

),

outages as (

    select * from {{ ref('int_usage_outages') }}
    where product_id is null

),

dated as (

    select
        usage_windows.usage_window,
        usage_windows.feature_min_users,
        knowledge.knowledge_id,
        knowledge.known_until,
        knowledge.closing_month as month,
        {{ add_days('knowledge.map_date', '-usage_windows.ends_days_before') }} as last_day,
        coalesce(
            {{ add_days('knowledge.map_date', '1 - usage_windows.window_days - usage_windows.ends_days_before') }},
            knowledge.counts_from
        ) as first_day
    from usage_windows
    cross join knowledge

),

-- An outage counts from its first business day in the window on: on any other day nobody is missed.
interrupted as (

    select distinct
        dated.usage_window,
        dated.month
    from dated
    inner join outages
        on
            dated.month = outages.month
            and dated.first_day <= outages.last_day
            and dated.last_day >= outages.first_day
    where {{ business_days(
        'greatest(dated.first_day, outages.first_day)', 'least(dated.last_day, outages.last_day)'
    ) }} > 0

)

select
    dated.usage_window,
    dated.feature_min_users,
    dated.knowledge_id,
    dated.known_until,
    dated.month,
    dated.first_day,
    dated.last_day,
    {{ days_between('dated.first_day', 'dated.last_day') }} + 1 as window_days,
    coalesce(starts.first_day <= dated.first_day, false) and interrupted.month is null as is_covered
from dated
left join starts on dated.month = starts.month
left join interrupted on dated.usage_window = interrupted.usage_window and dated.month = interrupted.month
