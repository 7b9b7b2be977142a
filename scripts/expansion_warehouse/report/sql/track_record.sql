select
    score_version, horizon_days, bucket_type, bucket, accounts, distinct_accounts, churned,
    churn_rate, upsold, upsell_rate, lift, events, auc, auc_low, auc_high, verdict, is_accepted
from kpi_health_backtest
order by horizon_days, bucket_type, bucket, score_version
