-- The metrics with the interval of the mart that they are taken from, where it has one.
select
    scores.month, scores.metric, scores.basis, scores.value,
    case scores.metric
        when 'nrr_12m' then retention.nrr_low
        when 'grr_12m' then retention.grr_low
        when 'proposal_win_rate' then upsell.proposal_win_rate_low
        when 'close_month_win_rate' then upsell.close_month_win_rate_low
    end as value_low,
    case scores.metric
        when 'nrr_12m' then retention.nrr_high
        when 'grr_12m' then retention.grr_high
        when 'proposal_win_rate' then upsell.proposal_win_rate_high
        when 'close_month_win_rate' then upsell.close_month_win_rate_high
    end as value_high,
    scores.n, scores.unit, scores.benchmark_low, scores.benchmark_high, scores.target, scores.status, scores.source
from kpi_scorecard as scores
left join kpi_nrr as retention
    on
        scores.month = retention.month
        and scores.basis = retention.basis
        and scores.value is not null
        and retention.segment_type = 'all'
        and retention.retention_window = '12m'
left join kpi_upsell as upsell
    on
        scores.month = upsell.month
        and scores.basis = upsell.basis
        and scores.value is not null
        and upsell.segment_type = 'all'
order by scores.month desc, scores.metric, scores.basis
