{%- set bridge_metrics = [
    'closing_mrr', 'new_mrr', 'expansion_mrr', 'contraction_mrr', 'churn_mrr', 'reactivation_mrr', 'paying_accounts',
] -%}
{%- set no_part = 'cast(null as decimal(28, 6))' -%}
with

planned as (

    select * from {{ ref('int_planned_amounts') }}

),

-- Both have one basis, what is known now.
documents as (

    {% for metric, (mart, amount) in {
        'billings': ('kpi_billings', 'net_amount'),
        'bookings': ('fct_bookings', 'acv'),
        'net_new_bookings': ('fct_bookings', 'net_new_acv'),
    }.items() -%}
    select
        month,
        '{{ metric }}' as metric,
        product_id,
        {{ amount }} as amount
    from {{ ref(mart) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

first_documents as (

    select
        metric,
        min(month) as month
    from documents
    group by metric

),

summed as (

    {% for segment_type, segment in {'all': "'all'", 'product': 'product_id'}.items() -%}
    select
        month,
        metric,
        '{{ segment_type }}' as segment_type,
        {{ segment }} as segment,
        case when count(*) = count(amount) then sum(amount) end as amount,
        count(*) as documents
    from documents
    group by month, metric{{ ', product_id' if segment_type == 'product' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

actuals as (

    {% for metric in bridge_metrics -%}
    select
        basis,
        month,
        '{{ metric }}' as metric,
        segment_type,
        segment,
        cast({{ metric }} as decimal(28, 6)) as amount,
        {{ no_part }} as numerator,
        {{ no_part }} as denominator
    from {{ ref('kpi_mrr_bridge') }}
    union all
    {% endfor -%}
    select
        basis,
        month,
        'nrr_12m' as metric,
        segment_type,
        segment,
        cast(nrr as decimal(28, 6)) as amount,
        cast(closing_mrr as decimal(28, 6)) as numerator,
        cast(opening_mrr as decimal(28, 6)) as denominator
    from {{ ref('kpi_nrr') }}
    where retention_window = '12m'

),

-- Since the first document, a month without one has none.
compared as (

    select
        planned.*,
        case
            when planned.basis <> 'restated' or first_documents.month is null then actuals.amount
            when summed.documents is not null then summed.amount
            when planned.segment_type in ('all', 'product') and planned.month >= first_documents.month then 0
        end as actual,
        actuals.numerator,
        actuals.denominator
    from planned
    left join actuals on planned.basis = actuals.basis and {{ same_plan('planned', 'actuals') }}
    left join summed on {{ same_plan('planned', 'summed') }}
    left join first_documents on planned.metric = first_documents.metric

)

select
    month,
    metric,
    segment_type,
    segment,
    basis,
    cast(amount as decimal(28, 6)) as plan,
    cast(actual as decimal(28, 6)) as actual,
    cast(actual - amount as decimal(28, 6)) as difference,
    {{ ratio('actual', 'amount') }} as attainment,
    numerator as actual_numerator,
    denominator as actual_denominator
from compared
