with

proposals as (

    select * from {{ ref('int_proposals') }}
    where is_upsell_offer and leads_deal

),

published_months as (

    select * from {{ ref('int_published_months') }}

),

segments as (

    select * from {{ ref('int_account_segments') }}

),

segment_types as (

    select distinct segment_type from segments

),

steps as (

    {% for step, day in [('candidate', 'candidate_on'), ('proposed', 'proposed_on')] -%}
    select
        knowledge_id,
        proposal_id,
        account_id,
        '{{ step }}' as step,
        {{ month_start(day) }} as month
    from proposals
    where {{ day }} is not null
    union all
    {% endfor -%}
    select
        knowledge_id,
        proposal_id,
        account_id,
        'closed' as step,
        {{ month_start('ended_on') }} as month
    from proposals
    where proposed_on is not null and ended_on is not null

)

-- Who does not pay yet is in no segment but the company.
select
    published_months.basis,
    published_months.knowledge_id,
    steps.proposal_id,
    steps.step,
    steps.month,
    segment_types.segment_type,
    coalesce(segments.opening_segment, case when segment_types.segment_type = 'all' then 'all' else 'unknown' end)
        as segment
from steps
inner join published_months
    on steps.knowledge_id = published_months.knowledge_id and steps.month = published_months.month
cross join segment_types
left join segments
    on
        steps.knowledge_id = segments.knowledge_id
        and steps.account_id = segments.account_id
        and steps.month = segments.month
        and segment_types.segment_type = segments.segment_type
