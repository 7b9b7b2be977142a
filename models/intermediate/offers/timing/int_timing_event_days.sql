with

members as (

    select * from {{ ref('int_reference_members') }}

),

events as (

    select * from {{ ref('int_timing_events') }}

),

starts as (

    select * from {{ ref('int_timing_series_starts') }}

),

rules as (

    {{ rules_as_columns('timing_rules', ['event_days']) }}

),

seen as (

    select
        members.account_id,
        members.reference_kind,
        members.reference_on,
        members.known_until,
        events.occurred_on,
        events.series,
        events.event_name,
        events.is_success,
        events.is_business_change,
        events.is_limit_question,
        events.is_review,
        {{ add_days('members.reference_on', '1 - rules.event_days') }} as window_from,
        coalesce(events.occurred_on > {{ add_days('members.reference_on', '-rules.event_days') }}, false) as is_fresh
    from members
    cross join rules
    left join events
        on
            members.member_account_id = events.account_id
            and members.reference_on >= events.occurred_on
            and {{ is_known('events', 'members') }}

),

happened as (

    select
        account_id,
        reference_kind,
        reference_on,
        known_until,
        min(window_from) as window_from,
        max(case when is_fresh and is_success then 1 else 0 end) = 1 as has_success,
        max(case
            when is_fresh and is_success then {{ day_as_text('occurred_on') }} || ', ' || event_name
        end) as last_success,
        max(case when is_fresh and is_business_change then 1 else 0 end) = 1 as has_business_change,
        max(case when is_fresh and is_limit_question then 1 else 0 end) = 1 as has_limit_question,
        max(case when is_fresh and series = 'survey' then 1 else 0 end) = 1 as has_answer,
        max(case when is_review then occurred_on end) as last_review_on
    from seen
    group by account_id, reference_kind, reference_on, known_until

)

-- A window that starts before its table does is missing, unless something is in it; a survey nobody answered too.
select
    happened.account_id,
    happened.reference_kind,
    happened.reference_on,
    case
        when happened.has_success or happened.has_answer or starts.signals_from <= happened.window_from
            then happened.has_success
    end as has_success,
    happened.last_success,
    case
        when happened.has_business_change or starts.signals_from <= happened.window_from
            then happened.has_business_change
    end as has_business_change,
    case
        when happened.has_limit_question or starts.tickets_from <= happened.window_from
            then happened.has_limit_question
    end as has_limit_question,
    starts.signals_from,
    happened.last_review_on
from happened
inner join starts on happened.known_until = starts.known_until
