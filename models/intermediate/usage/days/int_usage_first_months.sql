with

usage_daily as (

    select * from {{ ref('int_matched_usage_days') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

recordings as (

    select distinct
        occurred_on,
        coalesce(known_on, {{ earliest_day() }}) as known_on
    from usage_daily

),

-- The first month that sees what happened on a day: it reaches the day, and its close knew of it.
first_months as (

    select
        recordings.occurred_on,
        recordings.known_on,
        min(knowledge.closing_month) as first_month
    from recordings
    inner join knowledge
        on recordings.occurred_on <= knowledge.map_date and recordings.known_on <= knowledge.known_until
    group by recordings.occurred_on, recordings.known_on

)

select
    usage_daily.account_id,
    usage_daily.product_id,
    usage_daily.feature_key,
    usage_daily.occurred_on,
    min(first_months.first_month) as first_month
from usage_daily
inner join first_months
    on
        usage_daily.occurred_on = first_months.occurred_on
        and coalesce(usage_daily.known_on, {{ earliest_day() }}) = first_months.known_on
group by usage_daily.account_id, usage_daily.product_id, usage_daily.feature_key, usage_daily.occurred_on
