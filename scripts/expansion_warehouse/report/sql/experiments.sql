select
    experiment_id, name, variant, is_control, accounts, wins, win_rate, lift, ci_low, ci_high,
    adjusted_p_value, accounts_needed, srm_p_value, status
from kpi_experiments
order by experiment_id, is_control desc, variant
