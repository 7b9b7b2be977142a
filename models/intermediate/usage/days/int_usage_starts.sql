with

usage_daily as (

    select * from {{ ref('int_usage_daily') }}

),

usage_meters as (

    select * from {{ ref('stg_usage_meters') }}
    where is_valid

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

event_days as (

    select
        'events' as series,
        known_on,
        min(occurred_on) as first_day
    from usage_daily
    group by known_on

),

meter_days as (

    select
        meter as series,
        known_on,
        min(measured_on) as first_day
    from usage_meters
    group by meter, known_on

),

series_days as (

    select * from event_days
    union all
    select * from meter_days

)

select
    knowledge.closing_month as month,
    series_days.series,
    min(series_days.first_day) as first_day
from series_days
inner join knowledge on {{ is_recorded_by('series_days.known_on', 'knowledge.known_until') }}
group by knowledge.closing_month, series_days.series
