with

followups as (

    select * from {{ ref('int_churn_followups') }}

),

segments as (

    select * from {{ ref('int_account_segments') }}
    where knowledge_id = 'restated'

),

-- Controls come from the whole company, so that an account has the same ones in every segment.
controls as (

    select
        month,
        horizon_days,
        stratum,
        count(*) as control_accounts,
        sum(case when is_churned then 1 else 0 end) as control_churned
    from followups
    where not is_upsold
    group by month, horizon_days, stratum

),

upsold as (

    select
        followups.month,
        followups.horizon_days,
        followups.stratum,
        segments.segment_type,
        segments.opening_segment as segment,
        count(*) as upsold_accounts,
        sum(case when followups.is_churned then 1 else 0 end) as upsold_churned
    from followups
    inner join segments
        on followups.account_id = segments.account_id and followups.month = segments.month
    where followups.is_upsold
    group by
        followups.month, followups.horizon_days, followups.stratum, segments.segment_type, segments.opening_segment

)

select
    upsold.month,
    upsold.segment_type,
    upsold.segment,
    upsold.horizon_days,
    upsold.stratum,
    cast(upsold.upsold_accounts as integer) as upsold_accounts,
    cast(upsold.upsold_churned as integer) as upsold_churned,
    cast(coalesce(controls.control_accounts, 0) as integer) as control_accounts,
    cast(coalesce(controls.control_churned, 0) as integer) as control_churned,
    {{ six_places(ratio('upsold.upsold_accounts * controls.control_churned', 'controls.control_accounts')) }}
        as expected_churned,
    {{ six_places(ratio('upsold.upsold_accounts * upsold.upsold_accounts', 'controls.control_accounts')) }}
        as control_weight
from upsold
left join controls
    on
        upsold.month = controls.month
        and upsold.horizon_days = controls.horizon_days
        and upsold.stratum = controls.stratum
