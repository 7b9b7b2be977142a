with

published_months as (

    select * from {{ ref('int_published_months') }}

),

retention as (

    select
        published_months.basis,
        retention.*
    from {{ ref('int_account_retention') }} as retention
    inner join published_months
        on retention.knowledge_id = published_months.knowledge_id and retention.month = published_months.month

),

uplifts as (

    select * from {{ ref('int_contracted_uplifts') }}

),

segments as (

    select * from {{ ref('int_account_segments') }}

),

-- The segment at the opening month-end counts for both ends; otherwise segments do not add up.
assigned as (

    select
        retention.*,
        segments.segment_type,
        segments.closing_segment as segment,
        greatest(0, retention.closing_mrr - coalesce(uplifts.uplift_mrr, 0)) as closing_excl_pre_contracted_mrr
    from retention
    left join uplifts
        on
            retention.knowledge_id = uplifts.knowledge_id
            and retention.account_id = uplifts.account_id
            and retention.retention_window = uplifts.retention_window
            and retention.month = uplifts.month
    inner join segments
        on
            retention.knowledge_id = segments.knowledge_id
            and retention.account_id = segments.account_id
            and retention.segment_month = segments.month

),

summed as (

    select
        month,
        retention_window,
        segment_type,
        segment,
        basis,
        {% for column in [
            'opening_mrr', 'expansion_mrr', 'contraction_mrr', 'churn_mrr', 'returned_mrr', 'closing_mrr',
            'kept_mrr', 'kept_flow_mrr', 'closing_excl_pre_contracted_mrr',
        ] -%}
        cast(sum({{ column }}) as decimal(19, 3)) as {{ column }},
        {% endfor -%}
        {{ interval_sums() }},
        cast(count(*) as integer) as opening_accounts,
        cast(sum(case when is_retained then 1 else 0 end) as integer) as retained_accounts
    from assigned
    group by month, retention_window, segment_type, segment, basis

)

select * from summed
