-- What do exchange rates do to MRR and to the 12-month NRR?
-- mrr and nrr stand on budget rates; the spot columns are what today's market makes of the same contracts. fx_mrr is
-- the step at a new budget rate, a line of its own in the bridge and never a movement. Without a spot rate the budget
-- rate stands in.
with

balances as (

    select
        account_id,
        month,
        sum(mrr) as mrr,
        sum(coalesce(mrr_spot, mrr)) as mrr_spot
    from {{ ref('fct_mrr') }}
    where basis = 'restated'
    group by account_id, month

),

cohorts as (

    select
        {{ add_months('opening.month', 12) }} as month,
        sum(opening.mrr_spot) as opening_spot,
        sum(coalesce(closing.mrr_spot, 0)) as closing_spot
    from balances as opening
    left join balances as closing
        on opening.account_id = closing.account_id and closing.month = {{ add_months('opening.month', 12) }}
    where opening.mrr > 0
    group by opening.month

),

totals as (

    select
        month,
        sum(mrr) as mrr,
        sum(mrr_spot) as mrr_spot
    from balances
    group by month

)

select
    totals.month,
    totals.mrr,
    totals.mrr_spot,
    totals.mrr_spot - totals.mrr as spot_difference,
    bridge.fx_mrr,
    nrr.fx_basis,
    nrr.nrr,
    {{ ratio('cohorts.closing_spot', 'cohorts.opening_spot') }} as nrr_at_spot
from totals
inner join cohorts on totals.month = cohorts.month
inner join {{ ref('kpi_mrr_bridge') }} as bridge
    on totals.month = bridge.month and bridge.segment_type = 'all' and bridge.basis = 'restated'
inner join {{ ref('kpi_nrr') }} as nrr
    on
        totals.month = nrr.month
        and nrr.retention_window = '12m'
        and nrr.segment_type = 'all'
        and nrr.basis = 'restated'
order by totals.month desc
limit 12
