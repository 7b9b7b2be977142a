with

proposals as (

    select * from {{ ref('int_proposals') }}
    where proposed_on is not null and is_upsell_offer

),

money as (

    select * from {{ ref('int_proposal_money') }}
    where current_mrr > 0 and proposed_mrr is not null

)

select
    {{ month_start('proposals.proposed_on') }} as month,
    cast(sum(money.current_mrr) as decimal(18, 2)) as current_mrr,
    cast(sum(money.proposed_mrr) as decimal(18, 2)) as proposed_mrr,
    {{ ratio('sum(money.proposed_mrr - money.current_mrr)', 'sum(money.current_mrr)') }} as price_step
from proposals
inner join money on proposals.proposal_id = money.proposal_id
group by {{ month_start('proposals.proposed_on') }}
