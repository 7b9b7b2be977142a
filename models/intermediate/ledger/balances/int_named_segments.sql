{%- set segments = named_segments() -%}
with

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

parts as (

    select * from {{ ref('int_segment_parts') }}

),

-- What is looked back to, and the month before it, which a month opens with.
account_months as (

    select
        account_mrr.knowledge_id,
        account_mrr.account_id,
        account_mrr.month,
        account_mrr.mrr,
        account_mrr.month >= knowledge.looks_back_to or account_mrr.month = account_mrr.first_paid_month as is_needed
    from {{ ref('int_account_mrr') }} as account_mrr
    inner join knowledge on account_mrr.knowledge_id = knowledge.knowledge_id
    where
        {{ 'true' if segments else 'false' }}
        and (
            account_mrr.month >= {{ add_months('knowledge.looks_back_to', -1) }}
            or account_mrr.month = account_mrr.first_paid_month
        )

),

closed as (

    {% for segment in segments or [{'name': 'all', 'parts': ['all']}] -%}
    {%- set values = [] -%}
    {%- for part in segment.parts -%}
    {%- do values.append("coalesce(part_" ~ loop.index ~ ".part_value, 'unknown')") -%}
    {%- endfor -%}
    select
        account_months.*,
        {{ sql_text(segment.name) }} as segment_type,
        {{ combined_segment(values) }} as closing_segment
    from account_months
    {% for part in segment.parts -%}
    left join parts as part_{{ loop.index }}
        on
            account_months.knowledge_id = part_{{ loop.index }}.knowledge_id
            and account_months.account_id = part_{{ loop.index }}.account_id
            and account_months.month = part_{{ loop.index }}.month
            and part_{{ loop.index }}.part = {{ sql_text(part) }}
    {% endfor -%}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

opened as (

    select
        *,
        {{ opening_segment('closing_segment') }} as opening_segment
    from closed
    window by_month as (partition by knowledge_id, account_id, segment_type order by month)

)

select
    knowledge_id,
    account_id,
    month,
    segment_type,
    opening_segment,
    closing_segment
from opened
where is_needed
