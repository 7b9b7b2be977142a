with

rules as (

    {{ rules_as_columns('timing_rules', ['csat_from', 'nps_from']) }}

),

surveys as (

    select * from {{ ref('stg_survey_responses') }}
    where is_valid and survey in ('nps', 'csat') and score is not null

),

tickets as (

    select * from {{ ref('stg_support_tickets') }}
    where is_valid

),

signals as (

    select * from {{ ref('stg_account_signals') }}
    where is_valid

),

kinds as (

    select * from {{ ref('timing_event_kinds') }}

),

answered as (

    select
        'survey' as series,
        surveys.account_id,
        surveys.responded_on as occurred_on,
        surveys.known_on,
        surveys.superseded_on,
        surveys.survey || ' ' || {{ plain_number('surveys.score') }} as event_name,
        case
            when surveys.survey = 'nps' then surveys.score >= rules.nps_from
            else surveys.score >= rules.csat_from
        end as is_success,
        false as is_business_change,
        false as is_limit_question,
        false as is_review
    from surveys
    cross join rules

),

asked as (

    select
        'ticket' as series,
        tickets.account_id,
        tickets.opened_on as occurred_on,
        tickets.known_on,
        tickets.superseded_on,
        tickets.topic as event_name,
        {{ meanings_of_event() }}
    from tickets
    left join kinds on tickets.topic = kinds.kind and kinds.series = 'ticket'

),

-- A ticket is rated when it is closed.
rated as (

    select
        'survey' as series,
        tickets.account_id,
        coalesce(tickets.closed_on, tickets.opened_on) as occurred_on,
        tickets.known_on,
        tickets.superseded_on,
        'csat ' || {{ plain_number('tickets.csat') }} as event_name,
        tickets.csat >= rules.csat_from as is_success,
        false as is_business_change,
        false as is_limit_question,
        false as is_review
    from tickets
    cross join rules
    where tickets.csat is not null

),

signalled as (

    select
        'signal' as series,
        signals.account_id,
        signals.occurred_on,
        signals.known_on,
        signals.superseded_on,
        signals.kind as event_name,
        {{ meanings_of_event() }}
    from signals
    left join kinds on signals.kind = kinds.kind and kinds.series = 'signal'

)

select * from answered
union all
select * from asked
union all
select * from rated
union all
select * from signalled
