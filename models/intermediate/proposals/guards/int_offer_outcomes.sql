with

spells as (

    select * from {{ ref('int_offer_spells') }}

),

proposals as (

    select * from {{ ref('int_proposals') }}
    where knowledge_id = 'restated' and proposed_on is not null

),

amounts as (

    select * from {{ ref('int_proposal_money') }}

),

losses_and_upsells as (

    select * from {{ ref('int_losses_and_upsells') }}

),

-- A proposal is the answer to the last spell before it, and to no other.
matched as (

    select
        spells.account_id,
        spells.month,
        spells.offer_id,
        proposals.outcome_to_date = 'won' and proposals.ended_on <= spells.followed_until as is_won,
        amounts.proposed_mrr - amounts.current_mrr as gain_mrr,
        row_number() over (
            partition by proposals.proposal_id
            order by spells.month desc, spells.account_id asc, spells.offer_id asc
        ) as place
    from spells
    inner join proposals
        on
            spells.paying_account_id = proposals.account_id
            and spells.offer_class = proposals.offer_class
            and coalesce(proposals.product_id, spells.product_id) = spells.product_id
            and spells.month_end < proposals.proposed_on
            and spells.followed_until >= proposals.proposed_on
    left join amounts on proposals.proposal_id = amounts.proposal_id

),

offered as (

    select
        account_id,
        month,
        offer_id,
        max(case when is_won then 1 else 0 end) as wins,
        sum(case when is_won then gain_mrr else 0 end) as won_mrr
    from matched
    where place = 1
    group by account_id, month, offer_id

),

paying as (

    select distinct
        paying_account_id,
        month_end,
        followed_until
    from spells

),

followed as (

    select
        paying.paying_account_id,
        paying.month_end,
        max(case when losses_and_upsells.is_loss then 1 else 0 end) as losses,
        max(case when losses_and_upsells.is_upsell then 1 else 0 end) as upsells
    from paying
    inner join losses_and_upsells
        on
            paying.paying_account_id = losses_and_upsells.account_id
            and paying.month_end < losses_and_upsells.occurred_on
            and paying.followed_until >= losses_and_upsells.occurred_on
    group by paying.paying_account_id, paying.month_end

)

select
    spells.*,
    offered.account_id is not null as is_offered,
    coalesce(offered.wins, 0) = 1 as is_won,
    cast(coalesce(offered.won_mrr, 0) as decimal(19, 3)) as won_mrr,
    coalesce(followed.losses, 0) = 1 as is_lost,
    coalesce(followed.upsells, 0) = 1 as is_upsold
from spells
left join offered
    on
        spells.account_id = offered.account_id
        and spells.month = offered.month
        and spells.offer_id = offered.offer_id
left join followed
    on spells.paying_account_id = followed.paying_account_id and spells.month_end = followed.month_end
