-- Usage trend of accounts by their stage at the last month-end.
select
    stages.lifecycle_stage, coalesce(usage.usage_trend, 'unknown') as usage_trend,
    count(*) as accounts
from fct_lifecycle_stages as stages
left join fct_usage_monthly as usage
    on stages.account_id = usage.account_id and stages.month = usage.month
where stages.month = (select max(month) from fct_lifecycle_stages)
group by 1, 2
order by 1, 2
