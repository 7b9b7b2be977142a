select
    month, segment_type, segment, basis, candidates, proposals, won_proposals, lost_proposals,
    expired_proposals, open_proposals, proposal_win_rate, proposal_win_rate_low,
    proposal_win_rate_high, is_cohort_matured, upsold_accounts, opening_accounts, upsell_rate
from kpi_upsell
where segment_type = 'all'
order by month desc, basis
