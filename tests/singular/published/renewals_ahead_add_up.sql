-- What comes up for renewal stands somewhere and is counted once in its month and in its quarter; an account's earliest
-- running term is its next renewal.
with

renewals as (

    select * from {{ ref('fct_renewals_ahead') }}

),

periods as (

    select * from {{ ref('kpi_renewals_ahead') }}

),

listed as (

    select
        month,
        sum(due_mrr) as due_mrr,
        count(*) as due_terms
    from renewals
    group by month

),

quarters as (

    select
        quarters.period,
        sum(months.due_mrr) as due_mrr,
        sum(months.due_terms) as due_terms
    from periods as quarters
    inner join periods as months
        on months.period_type = 'month' and months.period between quarters.period and quarters.period_end
    where quarters.period_type = 'quarter'
    group by quarters.period

),

running as (

    select
        account_id,
        min(due_on) as next_renewal_on
    from renewals
    where is_running
    group by account_id

)

select
    period_type as what,
    period_label as which_one
from periods
where
    due_mrr <> open_mrr + at_risk_mrr + notice_mrr + renewed_early_mrr
    or due_mrr <> green_mrr + yellow_mrr + red_mrr + unscored_mrr
    or unproposed_mrr > open_mrr + at_risk_mrr
    or due_mrr < 0
union all
select
    'sum of terms' as what,
    periods.period_label as which_one
from periods
left join listed on periods.period = listed.month
where
    periods.period_type = 'month'
    and (periods.due_mrr <> coalesce(listed.due_mrr, 0) or periods.due_terms <> coalesce(listed.due_terms, 0))
union all
select
    'sum of months' as what,
    periods.period_label as which_one
from periods
left join quarters on periods.period = quarters.period
where
    periods.period_type = 'quarter'
    and (
        (periods.due_mrr is distinct from quarters.due_mrr) or (periods.due_terms is distinct from quarters.due_terms)
    )
union all
select
    'next renewal' as what,
    accounts.account_id as which_one
from {{ ref('fct_accounts_today') }} as accounts
left join running on accounts.account_id = running.account_id
where accounts.next_renewal_on is distinct from running.next_renewal_on
