-- Every account that a page counts at the last month-end, with what it is counted by.
with
bands as (
    select
        account_id,
        max(case when month = (select max(month) from fct_health_scores) then health_band end) as band_now,
        max(
            case
                when month = (select max(month) - interval 1 month from fct_health_scores) then health_band
            end
        ) as band_before
    from fct_health_scores
    where month >= (select max(month) - interval 1 month from fct_health_scores)
    group by account_id
),
cells as (
    select
        account_id,
        max(case when rfm_basis = 'value_event' then r_score end) as value_event_r_score,
        max(case when rfm_basis = 'value_event' then f_score end) as value_event_f_score,
        max(case when rfm_basis = 'billing' then r_score end) as billing_r_score,
        max(case when rfm_basis = 'billing' then f_score end) as billing_f_score
    from fct_rfm
    where month = (select max(month) from fct_rfm)
    group by account_id
),
stages as (
    select stages.account_id, stages.lifecycle_stage, coalesce(usage.usage_trend, 'unknown') as usage_trend
    from fct_lifecycle_stages as stages
    left join fct_usage_monthly as usage
        on stages.account_id = usage.account_id and stages.month = usage.month
    where stages.month = (select max(month) from fct_lifecycle_stages)
),
tiers as (
    select account_id, customer_tier
    from fct_customer_tiers
    where month = (select max(month) from fct_customer_tiers)
)
select
    accounts.account_id, accounts.account_name, accounts.csm_owner, accounts.current_mrr,
    coalesce(bands.band_now, 'not_there') as band_now, coalesce(bands.band_before, 'not_there') as band_before,
    tiers.customer_tier, stages.lifecycle_stage, stages.usage_trend,
    cells.value_event_r_score, cells.value_event_f_score, cells.billing_r_score, cells.billing_f_score
from dim_accounts as accounts
left join bands on accounts.account_id = bands.account_id
left join cells on accounts.account_id = cells.account_id
left join stages on accounts.account_id = stages.account_id
left join tiers on accounts.account_id = tiers.account_id
where coalesce(bands.account_id, cells.account_id, stages.account_id, tiers.account_id) is not null
order by accounts.current_mrr desc nulls last, accounts.account_id
