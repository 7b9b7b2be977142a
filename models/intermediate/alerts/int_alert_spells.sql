{%- set evidence = ['situation', 'reading', 'reading_before', 'bound', 'words', 'evidence_on'] -%}
with

{% for name, relation in {
    'population': ref('int_scoring_population'),
    'observations': ref('int_alert_observations'),
    'account_mrr': ref('int_account_mrr'),
}.items() -%}
{{ name }} as (

    select * from {{ relation }}

),

{% endfor -%}
intervals as (

    {% for family in [
        'health', 'usage', 'feature', 'notice', 'renewal', 'payment', 'people', 'limit', 'offer',
    ] -%}
    select * from {{ ref('int_' ~ family ~ '_alerts') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

members as (

    select
        population.account_id,
        observations.observed_on,
        observations.next_on,
        account_mrr.mrr
    from population
    inner join observations on population.knowledge_id = observations.knowledge_id
    left join account_mrr
        on
            population.knowledge_id = account_mrr.knowledge_id
            and population.month = account_mrr.month
            and population.account_id = account_mrr.account_id

),

-- As long as the account was a customer when it was last looked at.
held as (

    select
        intervals.account_id,
        intervals.alert_kind,
        intervals.subject,
        greatest(intervals.holds_from, members.observed_on) as holds_from,
        least(intervals.holds_until, members.next_on) as holds_until,
        {{ prefixed('intervals', evidence) }},
        cast(coalesce(members.mrr, 0) as decimal(19, 3)) as mrr
    from intervals
    inner join members
        on
            intervals.account_id = members.account_id
            and intervals.holds_from < members.next_on
            and intervals.holds_until > members.observed_on
    where intervals.holds_from <= {{ as_of_date() }}

),

-- What begins where nothing that began before still holds.
compared as (

    select
        *,
        case
            when holds_from <= max(holds_until) over (
                partition by account_id, alert_kind, subject
                order by holds_from, holds_until, evidence_on, words, reading
                rows between unbounded preceding and 1 preceding
            ) then 0
            else 1
        end as begins
    from held

),

numbered as (

    select
        *,
        sum(begins) over (
            partition by account_id, alert_kind, subject
            order by holds_from, holds_until, evidence_on, words, reading
            rows between unbounded preceding and current row
        ) as spell
    from compared

),

placed as (

    select
        *,
        min(holds_from) over spells as began_on,
        max(holds_until) over spells as ends_on,
        row_number() over (
            partition by account_id, alert_kind, subject, spell
            order by holds_from, evidence_on, words, reading, holds_until
        ) as place
    from numbered
    window spells as (partition by account_id, alert_kind, subject, spell)

)

select
    account_id,
    alert_kind,
    subject,
    began_on,
    case when ends_on <= {{ as_of_date() }} then ends_on end as ended_on,
    {{ evidence | join(', ') }},
    mrr
from placed
where place = 1
