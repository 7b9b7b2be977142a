-- How much of MRR hangs on the ten largest customers?
-- cumulative_share in the tenth row is the number to quote.
with

balances as (

    select * from {{ ref('fct_mrr_movements') }}
    where basis = 'restated' and closing_mrr > 0

),

latest as (

    select max(month) as month from {{ ref('dim_months') }}

),

ranked as (

    select
        balances.account_id,
        balances.closing_mrr,
        row_number() over (order by balances.closing_mrr desc, balances.account_id asc) as mrr_rank,
        sum(balances.closing_mrr) over (
            order by balances.closing_mrr desc, balances.account_id asc rows unbounded preceding
        ) as cumulative_mrr,
        sum(balances.closing_mrr) over () as company_mrr
    from balances
    inner join latest on balances.month = latest.month

)

select
    ranked.mrr_rank,
    ranked.account_id,
    customers.account_name,
    ranked.closing_mrr,
    {{ ratio('ranked.closing_mrr', 'ranked.company_mrr') }} as share_of_mrr,
    {{ ratio('ranked.cumulative_mrr', 'ranked.company_mrr') }} as cumulative_share,
    customers.next_renewal_on
from ranked
inner join {{ ref('dim_accounts') }} as customers on ranked.account_id = customers.account_id
where ranked.mrr_rank <= 10
order by ranked.mrr_rank
