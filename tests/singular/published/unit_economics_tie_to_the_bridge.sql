-- Unit economics stand on the month-end book of the bridge, segment by segment, on both bases; churn is a share, margins
-- are part of MRR, and only the company and its channels have acquisition costs.
with

economics as (

    select * from {{ ref('kpi_unit_economics') }}

),

-- A seal from before they had a basis lacks them.
lacking as (

    select
        sealed.month,
        'as_reported' as basis
    from {{ ref('fct_sealed_months') }} as sealed
    left join economics on sealed.month = economics.month and economics.basis = 'as_reported'
    where economics.month is null

),

bridge as (

    select bridge.*
    from {{ ref('kpi_mrr_bridge') }} as bridge
    left join lacking on bridge.month = lacking.month and bridge.basis = lacking.basis
    where bridge.closing_mrr > 0 and lacking.month is null

)

select
    bridge.month,
    bridge.segment_type,
    bridge.segment
from bridge
left join economics
    on
        bridge.basis = economics.basis
        and bridge.month = economics.month
        and bridge.segment_type = economics.segment_type
        and bridge.segment = economics.segment
where
    bridge.closing_mrr is distinct from economics.mrr
    or bridge.paying_accounts is distinct from economics.paying_accounts
union all
select
    month,
    segment_type,
    segment
from economics
where
    churned_accounts_12m > opening_account_months_12m
    or logo_churn_rate < 0
    or logo_churn_rate > 1
    or margin_known_mrr > mrr
    or (segment_type not in ('all', 'acquisition_channel') and (acquisition_cost is not null or cac is not null))
