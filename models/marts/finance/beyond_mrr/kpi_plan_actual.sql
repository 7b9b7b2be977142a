{%- set bridge_metrics = [
    'closing_mrr', 'new_mrr', 'expansion_mrr', 'contraction_mrr', 'churn_mrr', 'reactivation_mrr', 'paying_accounts',
] -%}
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

products as (

    select product_id from {{ ref('dim_products') }}

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
        cast(case when count(*) = count(amount) then sum(amount) end as decimal(28, 6)) as amount,
        count(*) as documents
    from documents
    group by month, metric{{ ', product_id' if segment_type == 'product' }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

actuals as (

    {% for metric in bridge_metrics + ['nrr_12m'] -%}
    {%- set is_rate = metric == 'nrr_12m' -%}
    select
        basis,
        month,
        '{{ metric }}' as metric,
        segment_type,
        segment,
        cast({{ 'nrr' if is_rate else metric }} as decimal(28, 6)) as amount,
        cast({{ 'closing_mrr' if is_rate else 'null' }} as decimal(28, 6)) as numerator,
        cast({{ 'opening_mrr' if is_rate else 'null' }} as decimal(28, 6)) as denominator
    from {{ ref('kpi_nrr' if is_rate else 'kpi_mrr_bridge') }}
    {{ "where retention_window = '12m'" if is_rate else 'union all' }}
    {% endfor %}
),

-- Since the first document, a month without one has none, for the company and every product that there is.
compared as (

    select
        planned.*,
        case
            when planned.basis <> 'restated' or first_documents.month is null then actuals.amount
            when summed.documents is not null then summed.amount
            when
                planned.month >= first_documents.month
                and (planned.segment_type = 'all' or products.product_id is not null)
                then 0
        end as actual,
        actuals.numerator,
        actuals.denominator
    from planned
    left join actuals on planned.basis = actuals.basis and {{ same_plan('planned', 'actuals') }}
    left join summed on {{ same_plan('planned', 'summed') }}
    left join first_documents on planned.metric = first_documents.metric
    left join products on planned.segment_type = 'product' and planned.segment = products.product_id

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
