-- Every proposal of a month is won, lost, expired or open; shares lie between 0 and 1; what is not followed to its end
-- is empty; the interval of a difference holds the difference.
select *
from {{ ref('kpi_upsell') }}
where
    won_proposals + lost_proposals + expired_proposals + open_proposals <> proposals
    or won_to_date < won_proposals
    or won_to_date > proposals
    or judged_proposals > proposals
    or timed_proposals > judged_proposals
    or won_in_month > decided_in_month
    or won_candidates > candidates
    or (proposal_win_rate is null) <> (proposals = open_proposals)
    or matched_accounts_180d > followed_accounts_180d
    or (followed_accounts_90d is null and followed_accounts_180d is not null)
    or not coalesce(churn_difference_90d between churn_difference_low_90d and churn_difference_high_90d, true)
    or not coalesce(churn_difference_180d between churn_difference_low_180d and churn_difference_high_180d, true)
    or (segment_type <> 'all' and upsell_revenue_multiple is not null)
    or linked_expansion_mrr < 0
    or organic_expansion_mrr < 0
