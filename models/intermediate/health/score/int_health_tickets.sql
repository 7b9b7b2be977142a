with

tickets as (

    select * from {{ ref('int_known_tickets') }}

),

population as (

    select * from {{ ref('int_health_population') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

severity_weights as (

    {{ rows_of_versions('health_severity_weights', ['severity']) }}

),

first_tickets as (

    select
        month,
        max(days_since_opened) as days_of_data
    from tickets
    group by month

),

weighed as (

    select
        population.account_id,
        population.month,
        cast(versions.ticket_window_days as integer) as window_days,
        first_tickets.days_of_data,
        coalesce(tickets.days_since_opened < versions.ticket_window_days, false) as is_in_window,
        coalesce(severity_weights.weight, other_weights.weight) as weight,
        coalesce(
            tickets.severity = 1
            and not tickets.is_closed
            and tickets.days_since_opened > versions.severity_1_open_days,
            false
        ) as is_severe_and_open
    from population
    inner join versions on population.score_version = versions.score_version
    left join first_tickets on population.month = first_tickets.month
    left join tickets on population.month = tickets.month and population.account_id = tickets.account_id
    left join severity_weights
        on population.score_version = severity_weights.score_version and tickets.severity = severity_weights.severity
    left join severity_weights as other_weights
        on population.score_version = other_weights.score_version and other_weights.severity is null

)

select
    account_id,
    month,
    window_days,
    case
        when days_of_data >= window_days - 1 then cast(sum(case when is_in_window then 1 else 0 end) as bigint)
    end as ticket_count,
    case
        when days_of_data >= window_days - 1
            then cast(sum(case when is_in_window then weight else 0 end) as decimal(18, 4))
    end as weighted_tickets,
    case
        when days_of_data is not null then max(case when is_severe_and_open then 1 else 0 end) = 1
    end as has_severe_open_ticket
from weighed
group by account_id, month, window_days, days_of_data
