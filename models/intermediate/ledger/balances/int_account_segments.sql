{%- set attributes = ['size_band', 'industry', 'country', 'acquisition_channel'] -%}
with

account_mrr as (

    select * from {{ ref('int_account_mrr') }}

),

account_versions as (

    select * from {{ ref('int_account_versions') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

plan_tiers as (

    select * from {{ ref('plan_tiers') }}

),

named_segments as (

    select * from {{ ref('int_named_segments') }}

),

described as (

    select
        account_mrr.knowledge_id,
        account_mrr.account_id,
        account_mrr.month,
        account_mrr.first_paid_month,
        account_mrr.mrr,
        {% for attribute in attributes -%}
        coalesce(account_versions.{{ attribute }}, 'unknown') as {{ attribute }},
        {% endfor -%}
        coalesce(plan_tiers.plan_tier, 'unknown') as plan_tier
    from account_mrr
    left join account_versions
        on
            account_mrr.knowledge_id = account_versions.knowledge_id
            and account_mrr.account_id = account_versions.account_id
            and account_mrr.month_end >= account_versions.valid_from
            and account_mrr.month_end < account_versions.valid_to
    left join plan_tiers on account_mrr.tier_rank = plan_tiers.tier_rank

),

-- A month belongs to the segment at its opening; whoever opens with nothing, to the one at its closing.
opened as (

    select
        knowledge_id,
        account_id,
        {% for attribute in ['plan_tier'] + attributes -%}
        {{ attribute }} as closing_{{ attribute }},
        {{ opening_segment(attribute) }} as opening_{{ attribute }},
        {% endfor -%}
        first_paid_month,
        month
    from described
    window by_month as (partition by knowledge_id, account_id order by month)

),

-- A closed month looks back over its longest window, and to where each cohort began.
needed as (

    select opened.*
    from opened
    inner join knowledge on opened.knowledge_id = knowledge.knowledge_id
    where opened.month >= knowledge.looks_back_to or opened.month = opened.first_paid_month

),

stacked as (

    select
        knowledge_id,
        account_id,
        month,
        'all' as segment_type,
        'all' as opening_segment,
        'all' as closing_segment
    from needed
    {% for attribute in ['plan_tier'] + attributes %}
    union all
    select
        knowledge_id,
        account_id,
        month,
        '{{ attribute }}',
        opening_{{ attribute }},
        closing_{{ attribute }}
    from needed
    {% endfor %}
    union all
    select * from named_segments

)

select
    knowledge_id,
    account_id,
    month,
    segment_type,
    opening_segment,
    closing_segment
from stacked
