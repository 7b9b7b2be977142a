-- Which proposals of the last twelve months were made outside every right-time window, and does it show? First the rate
-- of wins by window, then every such proposal is worth a look: who made it, to whom, in which health.
with

proposals as (

    select * from {{ ref('fct_proposals') }}
    where sales_motion <> 'downsell' and matured

),

latest as (

    select max(month) as month from {{ ref('dim_months') }}

),

recent as (

    select proposals.*
    from proposals
    cross join latest
    where proposals.proposed_on >= {{ add_months('latest.month', -11) }}

),

by_window as (

    select
        in_window,
        count(*) as decided,
        {{ ratio("sum(case when cohort_outcome = 'won' then 1 else 0 end)", 'count(*)') }} as win_rate
    from recent
    group by in_window

)

select
    recent.proposed_on,
    accounts.account_name,
    recent.offer_class,
    recent.product_id,
    recent.owner_role,
    recent.health_band,
    recent.cohort_outcome,
    recent.price_gap,
    by_window.decided as decided_outside,
    by_window.win_rate as win_rate_outside,
    timed.win_rate as win_rate_inside
from recent
inner join {{ ref('dim_accounts') }} as accounts on recent.account_id = accounts.account_id
inner join by_window on recent.in_window = by_window.in_window
left join by_window as timed on timed.in_window
where not recent.in_window
order by recent.proposed_on desc, recent.proposal_id asc
