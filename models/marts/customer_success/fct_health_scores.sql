select
    account_id,
    month,
    health_score,
    coverage,
    health_band,
    raw_band,
    state_band,
    delta_1m,
    delta_3m,
    slope_6m,
    trend,
    override_reason,
    has_cancel_notice,
    has_score_drop,
    has_severe_open_ticket,
    is_past_due,
    score_version
from {{ ref('int_health_states') }}
where month in (select months.month from {{ ref('int_months') }} as months)
