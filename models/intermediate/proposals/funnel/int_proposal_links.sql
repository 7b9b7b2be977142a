with

proposals as (

    select * from {{ ref('int_proposals') }}
    where outcome_to_date = 'won' and is_upsell_offer

),

wins as (

    select * from {{ ref('int_upsell_wins') }}

),

-- A contract may change before the desk notes the deal, but not before the proposal was made.
matched as (

    select
        proposals.proposal_id,
        wins.account_id,
        wins.product_id,
        wins.month,
        wins.sales_motion,
        min(wins.month) over (partition by proposals.proposal_id) as first_month
    from proposals
    inner join wins
        on
            proposals.account_id = wins.account_id
            and proposals.sales_motion = wins.sales_motion
            and coalesce(proposals.product_id, wins.product_id) = wins.product_id
            and proposals.proposed_on <= wins.won_on
            and {{ add_days('proposals.ended_on', setting('upsell_link_days')) }} >= wins.won_on

)

select
    proposal_id,
    account_id,
    product_id,
    month,
    sales_motion
from matched
where month = first_month
