with

usage_days as (

    select * from {{ ref('int_counted_usage_days') }}

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
        superseded_on,
        min(occurred_on) as first_day
    from usage_days
    group by known_on, superseded_on

),

meter_days as (

    select
        meter as series,
        known_on,
        cast(null as date) as superseded_on,
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
inner join knowledge on {{ is_known('series_days', 'knowledge') }}
group by knowledge.closing_month, series_days.series
