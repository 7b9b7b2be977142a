-- Invariant 13: what restated retention differs by is, at both ends, the sum over the lines that are named for it.
select
    month,
    retention_window,
    restated_opening_mrr - as_reported_opening_mrr as opening_to_explain,
    opening_difference,
    restated_closing_mrr - as_reported_closing_mrr as closing_to_explain,
    closing_difference
from {{ ref('fct_nrr_restatements') }}
where
    restated_opening_mrr - as_reported_opening_mrr <> opening_difference
    or restated_closing_mrr - as_reported_closing_mrr <> closing_difference
