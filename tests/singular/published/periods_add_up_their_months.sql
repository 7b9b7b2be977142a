-- The bridge of a period closes, is the sum of its months and opens where the period before closed, in MRR and ARR. A
-- month whose seal has no ARR leaves that of its periods empty. A kind of segment that a month does not have, as it was
-- not named when that was sealed, has no row of its periods and cannot roll forward across them.
{% set flows = [
    'new', 'expansion', 'contraction', 'churn', 'reactivation', 'fx', 'merge', 'prior_period', 'segment_transfer',
] -%}
{% set accounts = ['new', 'churned', 'reactivated', 'paused', 'resumed', 'expired_pause', 'prior_period', 'merged'] -%}
with

by_period as (

    select
        bridge.*,
        {{ add_months('bridge.period', 'periods.period_months') }} as next_period
    from {{ ref('kpi_mrr_bridge_periods') }} as bridge
    inner join {{ ref('dim_periods') }} as periods
        on bridge.period_type = periods.period_type and bridge.period = periods.period

),

last_month as (

    select max(month) as month from {{ ref('dim_months') }}

),

lacking as (

    {{ kinds_lacking_beside_seals() }}

),

lacking_periods as (

    select distinct
        periods.period_type,
        periods.period,
        {{ add_months('periods.period', 'periods.period_months') }} as next_period,
        lacking.segment_type,
        'as_reported' as basis
    from {{ ref('dim_periods') }} as periods
    inner join lacking on lacking.month between periods.first_month and periods.last_month

),

added_up as (

    select
        periods.period_type,
        periods.period,
        months.segment_type,
        months.segment,
        months.basis,
        {% for flow in flows -%}
        sum(months.{{ flow }}_mrr) as {{ flow }}_mrr,
        sum(months.{{ flow }}_arr) as {{ flow }}_arr,
        {% endfor -%}
        {% for count in accounts -%}
        sum(months.{{ count }}_accounts) as {{ count }}_accounts,
        {% endfor -%}
        count(*) as months,
        count(months.closing_arr) as months_with_arr
    from {{ ref('dim_periods') }} as periods
    inner join {{ ref('kpi_mrr_bridge') }} as months
        on
            periods.period <= months.month
            and months.month < {{ add_months('periods.period', 'periods.period_months') }}
    left join lacking_periods
        on
            periods.period_type = lacking_periods.period_type
            and periods.period = lacking_periods.period
            and months.segment_type = lacking_periods.segment_type
            and months.basis = lacking_periods.basis
    where lacking_periods.period is null
    group by periods.period_type, periods.period, months.segment_type, months.segment, months.basis

)

select
    'unclosed' as failure,
    period_type,
    period,
    segment_type,
    segment,
    basis
from by_period
where
    opening_mrr
    + new_mrr
    + expansion_mrr
    + contraction_mrr
    + churn_mrr
    + reactivation_mrr
    + fx_mrr
    + merge_mrr
    + prior_period_mrr
    + segment_transfer_mrr <> closing_mrr
    or opening_arr
    + new_arr
    + expansion_arr
    + contraction_arr
    + churn_arr
    + reactivation_arr
    + fx_arr
    + merge_arr
    + prior_period_arr
    + rounding_arr
    + segment_transfer_arr <> closing_arr
    or (segment_type = 'all' and (segment_transfer_mrr <> 0 or segment_transfer_arr <> 0))
union all
select
    'not the sum of its months' as failure,
    coalesce(by_period.period_type, added_up.period_type) as period_type,
    coalesce(by_period.period, added_up.period) as period,
    coalesce(by_period.segment_type, added_up.segment_type) as segment_type,
    coalesce(by_period.segment, added_up.segment) as segment,
    coalesce(by_period.basis, added_up.basis) as basis
from by_period
full outer join added_up
    on
        by_period.period_type = added_up.period_type
        and by_period.period = added_up.period
        and by_period.segment_type = added_up.segment_type
        and by_period.segment = added_up.segment
        and by_period.basis = added_up.basis
where
    by_period.period is null
    or added_up.period is null
    or (by_period.closing_arr is null) <> (added_up.months_with_arr < added_up.months)
    {% for flow in flows -%}
    or by_period.{{ flow }}_mrr <> added_up.{{ flow }}_mrr
    or by_period.{{ flow }}_arr <> added_up.{{ flow }}_arr
    {% endfor -%}
    {% for count in accounts -%}
    or by_period.{{ count }}_accounts <> added_up.{{ count }}_accounts
    {% endfor %}
union all
-- A segment without a row is one without MRR.
select
    'opening is not the last closing' as failure,
    coalesce(by_period.period_type, earlier.period_type) as period_type,
    coalesce(by_period.period, earlier.next_period) as period,
    coalesce(by_period.segment_type, earlier.segment_type) as segment_type,
    coalesce(by_period.segment, earlier.segment) as segment,
    coalesce(by_period.basis, earlier.basis) as basis
from by_period
full outer join by_period as earlier
    on
        by_period.period_type = earlier.period_type
        and by_period.period = earlier.next_period
        and by_period.segment_type = earlier.segment_type
        and by_period.segment = earlier.segment
        and by_period.basis = earlier.basis
cross join last_month
left join lacking_periods
    on
        coalesce(by_period.period_type, earlier.period_type) = lacking_periods.period_type
        and coalesce(by_period.period, earlier.next_period) in (lacking_periods.period, lacking_periods.next_period)
        and coalesce(by_period.segment_type, earlier.segment_type) = lacking_periods.segment_type
        and coalesce(by_period.basis, earlier.basis) = lacking_periods.basis
where
    lacking_periods.period is null
    and (earlier.period is null or earlier.last_month < last_month.month)
    and (
        coalesce(by_period.opening_mrr, 0) <> coalesce(earlier.closing_mrr, 0)
        or coalesce(by_period.opening_accounts, 0) <> coalesce(earlier.paying_accounts, 0)
        or case when by_period.period is null then 0 else by_period.opening_arr end
        <> case when earlier.period is null then 0 else earlier.closing_arr end
    )
