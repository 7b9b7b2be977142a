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

-- As reported, months of before a kind of segment was named lack it, and those since it is named no more.
lacking as (

    {{ kinds_lacking('bridge') }}

),

lacking_periods as (

    select
        periods.period_type,
        periods.period,
        lacking.segment_type,
        'as_reported' as basis,
        max(lacking.month) >= periods.first_month as lacks_months
    from periods
    inner join lacking on lacking.month between periods.opening_month and periods.last_month
    group by periods.period_type, periods.period, periods.first_month, lacking.segment_type

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
        {{ (keys + described + ['is_partial', 'is_closed']) | join(',\n        ') }},
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
        summed.*,
        summed.new_mrr + summed.expansion_mrr + summed.reactivation_mrr as gained_mrr,
        abs(summed.contraction_mrr + summed.churn_mrr) as lost_mrr,
        lacking_periods.period is null as has_accounts_before
    from summed
    left join lacking_periods on {{ same_columns('summed', 'lacking_periods', keys | reject('eq', 'segment') | list) }}
    where coalesce(lacking_periods.lacks_months, false) = false

)

select
    {{ (keys + described) | join(',\n    ') }},
    cast(opening_mrr as decimal(19, 3)) as opening_mrr,
    {% for flow in flows + ['segment_transfer', 'closing'] -%}
    cast({{ flow }}_mrr as decimal(19, 3)) as {{ flow }}_mrr,
    {% endfor -%}
    cast(case when has_accounts_before then opening_accounts end as integer) as opening_accounts,
    {% for count in accounts + ['paying'] -%}
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
