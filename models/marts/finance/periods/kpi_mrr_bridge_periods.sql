{%- set flows = ['new', 'expansion', 'contraction', 'churn', 'reactivation', 'fx', 'merge', 'prior_period'] -%}
{%- set accounts = [
    'new', 'churned', 'reactivated', 'paused', 'resumed', 'expired_pause', 'prior_period', 'merged', 'transferred_in',
    'transferred_out',
] -%}
{%- set keys = ['period_type', 'period', 'segment_type', 'segment', 'basis'] -%}
{%- set described = ['period_label', 'first_month', 'last_month'] -%}
{%- set arr_steps = ['opening'] + flows + ['rounding', 'segment_transfer', 'closing'] -%}
with

bridge as (

    select * from {{ ref('kpi_mrr_bridge') }}

),

periods as (

    select
        *,
        {{ add_months('first_month', -1) }} as opening_month
    from {{ ref('dim_periods') }}

),

-- The months of a period, and the one before it, whose accounts open it. Months have no ARR whose seal has none.
placed as (

    select
        {{ prefixed('periods', ['period_type', 'period'] + described + ['is_partial', 'is_closed']) }},
        bridge.*,
        bridge.month = periods.first_month as opens,
        bridge.month = periods.last_month as closes,
        bridge.month >= periods.first_month as is_inside,
        bridge.closing_arr is null and bridge.month >= periods.first_month as lacks_arr
    from periods
    inner join bridge on bridge.month between periods.opening_month and periods.last_month

),

summed as (

    select
        {{ (keys + described) | join(',\n        ') }},
        is_partial,
        is_closed,
        sum(case when opens then opening_mrr else 0 end) as opening_mrr,
        {% for flow in flows + ['segment_transfer'] -%}
        sum(case when is_inside then {{ flow }}_mrr else 0 end) as {{ flow }}_mrr,
        {% endfor -%}
        sum(case when closes then closing_mrr else 0 end) as closing_mrr,
        sum(case when is_inside then 0 else paying_accounts end) as opening_accounts,
        {% for count in accounts -%}
        sum(case when is_inside then coalesce({{ count }}_accounts, 0) else 0 end) as {{ count }}_accounts,
        {% endfor -%}
        sum(case when closes then paying_accounts else 0 end) as paying_accounts,
        sum(case when opens then opening_arr else 0 end) as opening_arr,
        {% for flow in flows + ['rounding', 'segment_transfer'] -%}
        sum(case when is_inside then {{ flow }}_arr else 0 end) as {{ flow }}_arr,
        {% endfor -%}
        sum(case when closes then closing_arr else 0 end) as closing_arr,
        max(case when lacks_arr then 1 else 0 end) = 0 as has_arr
    from placed
    group by {{ (keys + described) | join(', ') }}, is_partial, is_closed
    having count(case when is_inside then 1 end) > 0

),

rated as (

    select
        *,
        new_mrr + expansion_mrr + reactivation_mrr as gained_mrr,
        abs(contraction_mrr + churn_mrr) as lost_mrr
    from summed

)

select
    {{ (keys + described) | join(',\n    ') }},
    cast(opening_mrr as decimal(19, 3)) as opening_mrr,
    {% for flow in flows + ['segment_transfer', 'closing'] -%}
    cast({{ flow }}_mrr as decimal(19, 3)) as {{ flow }}_mrr,
    {% endfor -%}
    {% for count in ['opening'] + accounts + ['paying'] -%}
    cast({{ count }}_accounts as integer) as {{ count }}_accounts,
    {% endfor -%}
    cast(gained_mrr as decimal(19, 3)) as gained_mrr,
    cast(lost_mrr as decimal(19, 3)) as lost_mrr,
    {{ ratio('gained_mrr', 'lost_mrr') }} as quick_ratio,
    {% for step in arr_steps -%}
    cast(case when has_arr then {{ step }}_arr end as decimal(21, 3)) as {{ step }}_arr,
    {% endfor -%}
    is_partial,
    is_closed
from rated
