with

tickets as (

    select * from {{ ref('stg_support_tickets') }}
    where is_valid

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

population as (

    select * from {{ ref('int_health_population') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

severity_weights as (

    select * from {{ ref('health_severity_weights') }}

),

-- One ticket as a month sees it: a closing after the month-end has not happened yet.
known_tickets as (

    select
        knowledge.closing_month as month,
        knowledge.map_date as month_end,
        account_map.paying_account_id as account_id,
        tickets.opened_on,
        case when tickets.closed_on <= knowledge.map_date then tickets.closed_on end as closed_on,
        tickets.severity
    from tickets
    inner join knowledge
        on tickets.opened_on <= knowledge.map_date and {{ is_known('tickets', 'knowledge') }}
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and tickets.account_id = account_map.account_id

),

first_tickets as (

    select
        knowledge.closing_month as month,
        min(tickets.opened_on) as first_day
    from tickets
    inner join knowledge
        on tickets.opened_on <= knowledge.map_date and {{ is_known('tickets', 'knowledge') }}
    group by knowledge.closing_month

),

judged as (

    select
        population.account_id,
        population.month,
        versions.ticket_window_days,
        first_tickets.first_day <= {{ add_days('population.month_end', '1 - versions.ticket_window_days') }} as is_covered,
        first_tickets.first_day is not null as has_tickets_table,
        known_tickets.opened_on is not null
        and {{ days_between('known_tickets.opened_on', 'population.month_end') }} < versions.ticket_window_days as is_in_window,
        coalesce(severity_weights.weight, other_weights.weight) as weight,
        coalesce(
            known_tickets.severity = 1 and known_tickets.closed_on is null
            and {{ days_between('known_tickets.opened_on', 'population.month_end') }} > versions.severity_1_open_days,
            false
        ) as is_severe_and_open
    from population
    inner join versions on population.score_version = versions.score_version
    left join first_tickets on population.month = first_tickets.month
    left join known_tickets
        on population.month = known_tickets.month and population.account_id = known_tickets.account_id
    left join severity_weights
        on population.score_version = severity_weights.version and known_tickets.severity = severity_weights.severity
    left join severity_weights as other_weights
        on population.score_version = other_weights.version and other_weights.severity is null

)

select
    account_id,
    month,
    cast(ticket_window_days as integer) as window_days,
    case when is_covered then cast(sum(case when is_in_window then 1 else 0 end) as bigint) end as ticket_count,
    case when is_covered then cast(sum(case when is_in_window then weight else 0 end) as decimal(18, 4)) end as weighted_tickets,
    case when has_tickets_table then max(case when is_severe_and_open then 1 else 0 end) = 1 end as has_severe_open_ticket
from judged
group by account_id, month, ticket_window_days, is_covered, has_tickets_table
