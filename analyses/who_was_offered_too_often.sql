-- Who was asked again within 90 days of a proposal, or was offered again within 180 days what was refused? Accounts
-- that still pay, the most pressed first: repeated offers cost trust.
with

proposals as (

    select * from {{ ref('fct_proposals') }}
    where proposed_on is not null and sales_motion <> 'downsell'

),

pressed as (

    select
        later.proposal_id,
        later.account_id,
        later.proposed_on,
        max(case
            when {{ days_between('earlier.proposed_on', 'later.proposed_on') }} <= 90 then 1 else 0
        end) as is_too_soon,
        max(case
            when
                earlier.outcome_to_date = 'lost'
                and earlier.ended_on <= later.proposed_on
                and earlier.offer_class = later.offer_class
                and earlier.product_id is not distinct from later.product_id
                and {{ days_between('earlier.ended_on', 'later.proposed_on') }} <= 180
                then 1
            else 0
        end) as is_refused_before
    from proposals as later
    inner join proposals as earlier
        on
            later.account_id = earlier.account_id
            and later.proposal_id <> earlier.proposal_id
            and later.proposed_on >= earlier.proposed_on
    group by later.proposal_id, later.account_id, later.proposed_on

)

select
    accounts.account_name,
    accounts.csm_owner,
    accounts.current_mrr,
    sum(pressed.is_too_soon) as proposals_too_soon,
    sum(pressed.is_refused_before) as proposals_refused_before,
    max(pressed.proposed_on) as last_proposed_on
from pressed
inner join {{ ref('dim_accounts') }} as accounts on pressed.account_id = accounts.account_id
where accounts.is_paying and (pressed.is_too_soon = 1 or pressed.is_refused_before = 1)
group by accounts.account_id, accounts.account_name, accounts.csm_owner, accounts.current_mrr
order by proposals_refused_before desc, proposals_too_soon desc, accounts.account_id asc
