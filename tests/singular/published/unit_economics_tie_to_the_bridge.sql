-- Unit economics stand on the month-end book of the bridge, segment by segment; churn is a share, margins are part of
-- MRR, and only the company and its channels have acquisition costs.
with

economics as (

    select * from {{ ref('kpi_unit_economics') }}

),

bridge as (

    select * from {{ ref('kpi_mrr_bridge') }}
    where basis = 'restated' and closing_mrr > 0

)

select
    bridge.month,
    bridge.segment_type,
    bridge.segment
from bridge
left join economics
    on
        bridge.month = economics.month
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
    churned_accounts_12m > opening_accounts_12m
    or logo_churn_rate < 0
    or logo_churn_rate > 1
    or margin_known_mrr > mrr
    or (segment_type not in ('all', 'acquisition_channel') and (acquisition_cost is not null or cac is not null))
