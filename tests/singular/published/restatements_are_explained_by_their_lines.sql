-- Invariant 13: what restated retention differs by is, at both ends and in points of NRR, the sum over the lines that are
-- named for it.
with

restatements as (

    select * from {{ ref('fct_nrr_restatements') }}

),

points as (

    select
        month,
        retention_window,
        sum(nrr_points) as nrr_points
    from {{ ref('fct_nrr_restatement_lines') }}
    group by month, retention_window

)

select
    restatements.month,
    restatements.retention_window,
    restatements.restated_opening_mrr - restatements.as_reported_opening_mrr as opening_to_explain,
    restatements.opening_difference,
    restatements.restated_closing_mrr - restatements.as_reported_closing_mrr as closing_to_explain,
    restatements.closing_difference,
    restatements.nrr_difference,
    points.nrr_points
from restatements
left join points
    on restatements.month = points.month and restatements.retention_window = points.retention_window
where
    restatements.restated_opening_mrr - restatements.as_reported_opening_mrr <> restatements.opening_difference
    or restatements.restated_closing_mrr - restatements.as_reported_closing_mrr <> restatements.closing_difference
    or abs(restatements.nrr_difference - coalesce(points.nrr_points, 0)) > 0.000000001
