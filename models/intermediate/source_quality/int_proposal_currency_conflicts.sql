with

proposals as (

    select
        *,
        {{ add_months(month_start('coalesce(proposed_on, candidate_on)'), -1) }} as month_before
    from {{ ref('int_proposals') }}
    where knowledge_id = 'restated'

),

money as (

    select * from {{ ref('int_proposal_money') }}
    where current_mrr > 0

),

account_mrr as (

    select * from {{ ref('int_account_mrr') }}
    where knowledge_id = 'restated' and mrr > 0

),

billed as (

    select distinct
        account_id,
        month,
        currency
    from {{ ref('int_line_mrr') }}
    where knowledge_id = 'restated'

),

rules as (

    {{ rules_as_columns('upsell_rules', ['currency_conflict_factor']) }}

)

-- A product of many may be a tenth of an account; in a currency that the account never pays in it hardly is.
select proposals.proposal_id
from proposals
cross join rules
inner join money on proposals.proposal_id = money.proposal_id
inner join account_mrr
    on proposals.account_id = account_mrr.account_id and proposals.month_before = account_mrr.month
left join billed
    on
        account_mrr.account_id = billed.account_id
        and account_mrr.month = billed.month
        and proposals.currency = billed.currency
where
    billed.currency is null
    and (
        money.current_mrr >= rules.currency_conflict_factor * account_mrr.mrr
        or account_mrr.mrr >= rules.currency_conflict_factor * money.current_mrr
    )
