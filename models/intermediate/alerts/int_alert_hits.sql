with

trials as (

    select * from {{ ref('int_alert_trials') }}

),

followed as (

    {% for outcome in ['loss', 'expansion'] -%}
    select
        alert_kind,
        account_id,
        horizon_days,
        '{{ outcome }}' as outcome,
        {{ days_between('asked_on', 'first_' ~ outcome ~ '_on') }} as lead_days
    from trials
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

placed as (

    select
        *,
        row_number() over (partition by alert_kind, horizon_days, outcome order by lead_days nulls last) as place,
        count(*) over (partition by alert_kind, horizon_days, outcome) as trials,
        count(lead_days) over (partition by alert_kind, horizon_days, outcome) as hits
    from followed

)

-- The median is the lead in the middle, or between the two in the middle.
select
    alert_kind,
    horizon_days,
    outcome,
    cast(max(trials) as bigint) as trials,
    cast(max(hits) as bigint) as hits,
    count(distinct account_id) as accounts,
    cast(
        max(case when place = floor((hits + 1) / 2) then lead_days end)
        + max(case when place = floor((hits + 2) / 2) then lead_days end)
        as integer
    ) as doubled_median
from placed
group by alert_kind, horizon_days, outcome
