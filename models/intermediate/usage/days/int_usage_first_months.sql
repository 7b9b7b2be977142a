with

usage_days as (

    select * from {{ ref('int_counted_usage_days') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

recordings as (

    select distinct
        occurred_on,
        coalesce(known_on, {{ earliest_day() }}) as known_on,
        coalesce(superseded_on, {{ latest_day() }}) as superseded_on
    from usage_days

),

-- The months that see what happened on a day: they reach the day, and their close knew of it and still does.
seen_months as (

    select
        recordings.occurred_on,
        recordings.known_on,
        recordings.superseded_on,
        min(knowledge.closing_month) as first_month,
        case when recordings.superseded_on < {{ latest_day() }} then max(knowledge.closing_month) end as last_month
    from recordings
    inner join knowledge
        on
            recordings.occurred_on <= knowledge.map_date
            and recordings.known_on <= knowledge.known_until
            and recordings.superseded_on > knowledge.known_until
    group by recordings.occurred_on, recordings.known_on, recordings.superseded_on

)

select
    usage_days.account_id,
    usage_days.product_id,
    usage_days.feature_key,
    usage_days.occurred_on,
    min(seen_months.first_month) as first_month,
    seen_months.last_month
from usage_days
inner join seen_months
    on
        usage_days.occurred_on = seen_months.occurred_on
        and coalesce(usage_days.known_on, {{ earliest_day() }}) = seen_months.known_on
        and coalesce(usage_days.superseded_on, {{ latest_day() }}) = seen_months.superseded_on
group by
    usage_days.account_id, usage_days.product_id, usage_days.feature_key, usage_days.occurred_on,
    seen_months.last_month
