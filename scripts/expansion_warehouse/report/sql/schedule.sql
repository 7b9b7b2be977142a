select
    month, months_ahead, opening_mrr, starts_mrr, steps_mrr, discount_mrr, replaced_mrr,
    notice_mrr, ended_mrr, scheduled_mrr, committed_mrr,
    rate_renewed_mrr, rate_expiring_mrr, renewal_rate, rate_terms, outlook_mrr, tracked_months,
    tracked_actual_mrr, tracked_outlook_error_mrr, tracked_outlook_miss_mrr,
    tracked_naive_error_mrr, tracked_naive_miss_mrr,
    outlook_error, outlook_miss, naive_error, naive_miss, verdict, verdict_sentence
from kpi_cmrr_schedule
order by month
