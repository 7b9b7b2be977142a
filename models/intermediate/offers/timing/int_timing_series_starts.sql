with

reference_days as (

    select * from {{ ref('int_reference_days') }}

),

events as (

    select * from {{ ref('int_timing_events') }}

),

cuts as (

    select distinct known_until from reference_days

),

ordered as (

    select
        series,
        occurred_on,
        known_on,
        superseded_on,
        min(case when superseded_on is null then occurred_on end) over (
            partition by series
            order by coalesce(known_on, {{ earliest_day() }})
            rows between unbounded preceding and 1 preceding
        ) as first_before
    from events
    where series in ('ticket', 'signal')

),

-- The few events that were the first of their series when they became known; no other can start one.
first_events as (

    select * from ordered
    where first_before is null or occurred_on < first_before

)

select
    cuts.known_until,
    min(case when first_events.series = 'ticket' then first_events.occurred_on end) as tickets_from,
    min(case when first_events.series = 'signal' then first_events.occurred_on end) as signals_from
from cuts
left join first_events on {{ is_known('first_events', 'cuts') }}
group by cuts.known_until
