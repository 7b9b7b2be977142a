select
    guard_reason, is_weighed, blocked_offers, blocked_mrr, similar_offers, similar_wins,
    similar_win_rate, similar_win_rate_low, similar_win_rate_high, expected_mrr_forgone,
    blocked_accounts, excess_loss_rate, excess_loss_rate_low, excess_loss_rate_high, verdict
from kpi_guard_costs
order by position
