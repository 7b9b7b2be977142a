{#- Metric, column and condition of each mart, in the order in which the page shows them. -#}
{%- set marts = [
    ('kpi_nrr', "retention_window = '12m' and basis = 'as_reported' and segment_type = 'all'", [
        ('nrr_12m', 'nrr'), ('grr_12m', 'grr'),
    ]),
    ('kpi_mrr_bridge', "basis = 'as_reported' and segment_type = 'all'", [('quick_ratio', 'quick_ratio')]),
    ('kpi_unit_economics', "segment_type = 'all'", [('ltv_cac', 'ltv_cac')]),
    ('kpi_upsell', "segment_type = 'all'", [
        ('upsell_rate', 'upsell_rate'),
        ('proposal_win_rate', 'case when is_cohort_matured then proposal_win_rate end'),
        ('close_month_win_rate', 'close_month_win_rate'), ('timing_hit_rate', 'timing_hit_rate'),
        ('arpa_lift', 'arpa_lift'), ('ltv_uplift', 'ltv_uplift'),
        ('upsell_revenue_multiple', 'upsell_revenue_multiple'),
    ]),
    ('int_upsell_yearly_rates', 'true', [('upsell_rate_12m', 'upsell_rate')]),
    ('int_proposal_price_steps', 'true', [('proposed_price_step', 'price_step')]),
] -%}
with

months as (

    select month from {{ ref('dim_months') }}

),

benchmarks as (

    select * from {{ ref('int_metric_benchmarks') }}

),

{% for mart, condition, metrics in marts -%}
{{ mart }}_rows as (

    select * from {{ ref(mart) }}
    where {{ condition }}

),

{% endfor -%}
measured as (

    {% for mart, condition, metrics in marts -%}
    {% for metric, value in metrics -%}
    select
        months.month,
        '{{ metric }}' as metric,
        {{ value }} as value
    from months
    left join {{ mart }}_rows as measures on months.month = measures.month
    union all
    {% endfor -%}
    {% endfor -%}
    select
        month,
        'public_plans|' || product_id as metric,
        cast(public_plans as double) as value
    from {{ ref('int_public_plans') }}

),

-- Which rows of the seed a value is held against: tools have more to bring from their second year on.
held as (

    select
        measured.month,
        measured.metric,
        measured.value,
        case
            when measured.metric like 'public_plans|%' then 'public_plans'
            when measured.metric = 'upsell_revenue_multiple' and kpi_upsell_rows.tool_year > 1
                then 'upsell_revenue_multiple_later_years'
            when measured.metric = 'upsell_revenue_multiple' then 'upsell_revenue_multiple_first_year'
            else measured.metric
        end as benchmark_metric
    from measured
    left join kpi_upsell_rows on measured.month = kpi_upsell_rows.month

)

select
    held.month,
    held.metric,
    held.value,
    benchmarks.unit,
    benchmarks.benchmark_low,
    benchmarks.benchmark_high,
    benchmarks.target,
    {{ scorecard_status('held.value', 'benchmarks.benchmark_low', 'benchmarks.benchmark_high', 'benchmarks.target') }}
        as status,
    benchmarks.source
from held
left join benchmarks on held.benchmark_metric = benchmarks.metric
