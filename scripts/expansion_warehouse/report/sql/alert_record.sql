select
    alert_kind, outcome, horizon_days, alerts, hits, hit_rate, hit_rate_lower, hit_rate_upper,
    base_rows, base_hits, base_rate, lift, median_lead_days, verdict
from kpi_alert_backtest
order by alert_kind, outcome, horizon_days
