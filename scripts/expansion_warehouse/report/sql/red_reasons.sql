select
    score_version, horizon_days, reason, red_rows, red_accounts, losses, loss_rate,
    loss_rate_low, loss_rate_high, base_rows, base_losses, base_rate, lift, verdict
from kpi_red_reasons
order by horizon_days, loss_rate desc nulls last, reason, score_version
