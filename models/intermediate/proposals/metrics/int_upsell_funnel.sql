with

events as (

    select * from {{ ref('int_proposal_events') }}

),

rules as (

    {{ rules_as_columns('upsell_rules', ['candidate_follow_up_days']) }}

),

-- A rate that is final must not move: a candidate has so many days to be proposed to and to decide.
proposals as (

    select
        proposals.proposal_id,
        proposals.outcome_to_date,
        proposals.cohort_outcome,
        proposals.outcome_to_date = 'won'
        and coalesce(
            proposals.ended_on <= {{ add_days('proposals.candidate_on', 'rules.candidate_follow_up_days') }}, true
        ) as is_won_in_time
    from {{ ref('int_proposals') }} as proposals
    cross join rules

),

timing as (

    select * from {{ ref('int_proposal_timing') }}

),

months as (

    select * from {{ ref('int_months') }}

),

counted as (

    select
        events.month,
        events.segment_type,
        events.segment,
        {% for outcome in ['won', 'lost', 'expired', 'open'] -%}
        sum(case when events.step = 'proposed' and proposals.cohort_outcome = '{{ outcome }}' then 1 else 0 end)
            as {{ outcome }}_proposals,
        {% endfor -%}
        sum(case when events.step = 'proposed' and proposals.outcome_to_date = 'won' then 1 else 0 end) as won_to_date,
        sum(case when events.step = 'proposed' and timing.in_window then 1 else 0 end) as timed_proposals,
        sum(case when events.step = 'proposed' and timing.in_window is not null then 1 else 0 end) as judged_proposals,
        sum(case when events.step = 'closed' and proposals.outcome_to_date = 'won' then 1 else 0 end) as won_in_month,
        sum(case when events.step = 'closed' then 1 else 0 end) as decided_in_month,
        sum(case when events.step = 'candidate' and proposals.is_won_in_time then 1 else 0 end) as won_candidates,
        sum(case when events.step = 'candidate' then 1 else 0 end) as candidates,
        sum(case when events.step = 'proposed' then 1 else 0 end) as proposals
    from events
    inner join proposals on events.proposal_id = proposals.proposal_id
    left join timing on events.proposal_id = timing.proposal_id
    group by events.month, events.segment_type, events.segment

)

select
    counted.*,
    {{ add_days('months.month_end', 'rules.candidate_follow_up_days') }} <= {{ as_of_date() }} as are_candidates_settled
from counted
inner join months on counted.month = months.month
cross join rules
