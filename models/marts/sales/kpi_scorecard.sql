{#- Metric, column and the count that the ratio divides by (`null`: it counts nothing) of each mart, with its condition,
    in the order in which the page shows them. -#}
{%- set full_year = 'case when is_full_fiscal_year then ' -%}
{%- set marts = [
    ('kpi_nrr', "retention_window = '12m' and basis = 'restated' and segment_type = 'all'", [
        ('nrr_12m', 'nrr', 'opening_accounts'), ('grr_12m', 'grr', 'opening_accounts'),
    ]),
    ('kpi_mrr_bridge', "basis = 'restated' and segment_type = 'all'", [
        ('quick_ratio', 'quick_ratio', 'paying_accounts'),
    ]),
    ('kpi_unit_economics', "basis = 'restated' and segment_type = 'all'", [
        ('ltv_cac', 'ltv_cac', 'least(new_accounts, churned_accounts_12m)'),
    ]),
    ('kpi_upsell', "basis = 'restated' and segment_type = 'all'", [
        ('upsell_rate', 'upsell_rate', 'opening_accounts'),
        (
            'proposal_win_rate', 'case when is_cohort_matured then proposal_win_rate end',
            'case when is_cohort_matured then proposals end'
        ),
        ('close_month_win_rate', 'close_month_win_rate', 'decided_in_month'),
        ('timing_hit_rate', 'timing_hit_rate', 'judged_proposals'),
        ('arpa_lift', 'arpa_lift', 'upsold_accounts'),
        ('ltv_uplift', 'ltv_uplift', 'followed_accounts_180d'),
        ('upsell_revenue_multiple', full_year ~ 'upsell_revenue_multiple end', 'null'),
        ('upsell_revenue_multiple_12m', 'upsell_revenue_multiple_12m', 'null'),
        ('upsell_revenue_multiple_fytd', 'upsell_revenue_multiple', 'null'),
        ('loaded_upsell_revenue_multiple', full_year ~ 'loaded_upsell_revenue_multiple end', 'null'),
        ('linked_upsell_revenue_multiple', full_year ~ 'linked_upsell_revenue_multiple end', 'null'),
    ]),
    ('int_upsell_yearly_rates', 'true', [('upsell_rate_12m', 'upsell_rate', 'opening_accounts')]),
    ('int_proposal_price_steps', 'true', [('proposed_price_step', 'price_step', 'proposals')]),
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
    {% for metric, value, counted in metrics -%}
    select
        months.month,
        '{{ metric }}' as metric,
        {{ value }} as value,
        cast({{ counted }} as integer) as n
    from months
    left join {{ mart }}_rows as measures on months.month = measures.month
    union all
    {% endfor -%}
    {% endfor -%}
    select
        month,
        'public_plans|' || product_id as metric,
        cast(public_plans as double) as value,
        cast(null as integer) as n
    from {{ ref('int_public_plans') }}

),

-- Which rows of the seed a value is held against: tools have more to bring from their second year on.
held as (

    select
        measured.month,
        measured.metric,
        measured.value,
        measured.n,
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
    'restated' as basis,
    held.value,
    held.n,
    benchmarks.unit,
    benchmarks.benchmark_low,
    benchmarks.benchmark_high,
    benchmarks.target,
    {{ scorecard_status(
        'held.value', 'held.n', 'benchmarks.benchmark_low', 'benchmarks.benchmark_high', 'benchmarks.target'
    ) }} as status,
    benchmarks.source
from held
left join benchmarks on held.benchmark_metric = benchmarks.metric
