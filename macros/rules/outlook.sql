{#- What closes had measured of renewals by each month-end: the terms that the close of the month and the eleven before it
    have read for good. Body of a CTE, one row per complete month. -#}
{% macro renewal_rates_known() -%}
    select
        months.month as month_made,
        coalesce(sum(renewals.renewed_mrr), 0) as renewed_mrr,
        coalesce(sum(renewals.expiring_mrr), 0) as expiring_mrr,
        coalesce(sum(renewals.expiring_terms), 0) as expiring_terms
    from {{ ref('int_months') }} as months
    left join {{ ref('kpi_renewals') }} as renewals
        on
            months.month >= renewals.reading_month
            and renewals.reading_month > {{ add_months('months.month', -12) }}
            and renewals.basis = 'as_reported'
            and renewals.segment_type = 'all'
    group by months.month
{%- endmacro %}

{#- The schedule, in which what ends is renewed, and what renews itself goes on, to the measured share; to a thousandth.
    NULL where nothing was measured. -#}
{% macro outlook_mrr(schedules, rates) -%}
    {%- set due = exact_integer(schedules ~ '.due_so_far_mrr', '1000') -%}
    {%- set renewed = exact_integer(rates ~ '.renewed_mrr', '1000') -%}
    {%- set expiring = exact_integer('nullif(' ~ rates ~ '.expiring_mrr, 0)', '1000') -%}
    cast(
        {{ schedules }}.scheduled_mrr - {{ schedules }}.renews_itself_so_far_mrr
        + cast({{ multiply_divide(due, renewed, expiring) }} as decimal(22, 0)) * cast(0.001 as decimal(4, 3))
        as decimal(19, 3)
    )
{%- endmacro %}

{#- What the track says of an outlook so many months ahead; nothing where there is no outlook. -#}
{% macro outlook_verdict() -%}
    case
        when schedules.months_ahead > rules.outlook_months then null
        when coalesce(tracks.tracked_months, 0) < rules.outlook_min_months then 'too_few'
        when tracks.outlook_miss_mrr < tracks.naive_miss_mrr then 'better'
        else 'not_better'
    end
{%- endmacro %}
