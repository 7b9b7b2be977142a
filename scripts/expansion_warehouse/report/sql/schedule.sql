select
    month, months_ahead, opening_mrr, starts_mrr, steps_mrr, discount_mrr, replaced_mrr,
    notice_mrr, ended_mrr, scheduled_mrr, committed_mrr, renewal_rate, rate_terms, outlook_mrr,
    tracked_months, outlook_error, outlook_miss, naive_error, naive_miss, verdict, verdict_sentence
from kpi_cmrr_schedule
order by month
