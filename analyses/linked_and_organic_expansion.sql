-- How much of what customers added came from a proposal, and how much by itself? By fiscal year, company as a whole:
-- wins of accounts that paid already, in MRR; what was agreed before, resumed or expired by itself is in neither.
select
    months.fiscal_year,
    sum(upsell.linked_expansion_mrr) as linked_expansion_mrr,
    sum(upsell.organic_expansion_mrr) as organic_expansion_mrr,
    {{ ratio(
        'sum(upsell.linked_expansion_mrr)', 'sum(upsell.linked_expansion_mrr + upsell.organic_expansion_mrr)'
    ) }} as linked_share,
    sum(upsell.won_in_month) as won_proposals,
    sum(upsell.decided_in_month) as decided_proposals
from {{ ref('kpi_upsell') }} as upsell
inner join {{ ref('dim_months') }} as months on upsell.month = months.month
where upsell.segment_type = 'all'
group by months.fiscal_year
order by months.fiscal_year
