with

schedules as (

    select * from {{ ref('int_committed_schedule') }}
    where knowledge_id = 'restated'

),

rules as (

    {{ rules_as_columns('billing_rules', ['outlook_months', 'outlook_min_months']) }}

),

rates as (

    {{ renewal_rates_known() }}

),

value_lists as (

    select * from {{ ref('value_lists') }}
    where list_name = 'outlook_verdict'

),

-- How far off outlooks were, and carrying the last value forward, so many months ahead.
tracks as (

    select
        months_ahead,
        count(*) as tracked_months,
        sum(actual_mrr) as actual_mrr,
        sum(outlook_error_mrr) as outlook_error_mrr,
        sum(abs(outlook_error_mrr)) as outlook_miss_mrr,
        sum(naive_error_mrr) as naive_error_mrr,
        sum(abs(naive_error_mrr)) as naive_miss_mrr
    from {{ ref('kpi_outlook_track') }}
    where outlook_error_mrr is not null
    group by months_ahead

),

judged as (

    select
        schedules.*,
        lag(schedules.scheduled_mrr, 1, schedules.mrr) over (order by schedules.month) as opening_mrr,
        rates.renewed_mrr,
        rates.expiring_mrr,
        rates.expiring_terms,
        case
            when schedules.months_ahead <= rules.outlook_months then {{ outlook_mrr('schedules', 'rates') }}
        end as outlook_mrr,
        tracks.actual_mrr,
        tracks.outlook_error_mrr,
        tracks.outlook_miss_mrr,
        tracks.naive_error_mrr,
        tracks.naive_miss_mrr,
        coalesce(tracks.tracked_months, 0) as tracked_months,
        {{ outlook_verdict() }} as verdict
    from schedules
    cross join rules
    left join rates on schedules.month_made = rates.month_made
    left join tracks on schedules.months_ahead = tracks.months_ahead

)

select
    judged.month,
    judged.month_made,
    judged.months_ahead,
    judged.opening_mrr,
    {% for kind in ['starts', 'steps', 'discount', 'replaced', 'notice', 'ended'] -%}
    judged.{{ kind }}_mrr,
    {% endfor -%}
    judged.scheduled_mrr,
    judged.committed_mrr,
    judged.later_mrr,
    judged.renews_itself_mrr,
    judged.due_so_far_mrr,
    cast(judged.renewed_mrr as decimal(19, 3)) as rate_renewed_mrr,
    cast(judged.expiring_mrr as decimal(19, 3)) as rate_expiring_mrr,
    cast(judged.expiring_terms as integer) as rate_terms,
    {{ ratio('judged.renewed_mrr', 'judged.expiring_mrr') }} as renewal_rate,
    judged.outlook_mrr,
    cast(judged.tracked_months as integer) as tracked_months,
    {% for column in ['actual', 'outlook_error', 'outlook_miss', 'naive_error', 'naive_miss'] -%}
    cast(judged.{{ column }}_mrr as decimal(19, 3)) as tracked_{{ column }}_mrr,
    {% endfor -%}
    {% for column in ['outlook_error', 'outlook_miss', 'naive_error', 'naive_miss'] -%}
    {{ ratio('judged.' ~ column ~ '_mrr', 'judged.actual_mrr') }} as {{ column }},
    {% endfor -%}
    case judged.verdict when 'better' then true when 'not_better' then false end as is_better_than_naive,
    judged.verdict,
    value_lists.meaning as verdict_sentence
from judged
left join value_lists on judged.verdict = value_lists.value
