-- The context of a proposal is that of a month that was over, and closed, on its day.
select proposals.*
from {{ ref('fct_proposals') }} as proposals
inner join {{ ref('dim_months') }} as months on proposals.context_month = months.month
where
    proposals.proposed_on <= months.month_end
    or proposals.proposed_on < coalesce(months.closed_at, {{ as_of_date() }})
    or (proposals.health_band is not null and proposals.proposed_on is null)
