with

judged as (

    select * from {{ ref('int_term_outcomes') }}

),

following as (

    select * from {{ ref('int_renewing_mrr') }}

),

expiring as (

    select
        knowledge_id,
        account_id,
        product_id,
        month,
        cast(count(*) as integer) as expiring_terms,
        max({{ add_days('ends_on', setting('renewal_grace_days')) }}) as decided_on,
        sum(expiring_mrr) as expiring_mrr,
        sum(running_mrr) as running_mrr,
        sum(case when outcome = 'open' then expiring_mrr else 0 end) as open_mrr,
        sum(case when outcome = 'pending_churn' then expiring_mrr else 0 end) as pending_mrr,
        sum(case when outcome = 'lost' then expiring_mrr else 0 end) as lost_mrr
    from judged
    group by knowledge_id, account_id, product_id, month

),

compared as (

    select
        expiring.*,
        expiring.running_mrr + coalesce(following.following_mrr, 0) as following_mrr
    from expiring
    left join following
        on
            expiring.knowledge_id = following.knowledge_id
            and expiring.account_id = following.account_id
            and expiring.product_id = following.product_id
            and expiring.month = following.month

),

-- A product is renewed as a whole: what one term lacks another may bring.
renewed as (

    select
        *,
        least(expiring_mrr, following_mrr) as renewed_mrr,
        greatest(expiring_mrr - following_mrr, 0) as not_renewed
    from compared

),

split as (

    select
        *,
        least(open_mrr, not_renewed) as still_open,
        least(pending_mrr, greatest(not_renewed - open_mrr, 0)) as still_pending,
        least(lost_mrr, greatest(not_renewed - open_mrr - pending_mrr, 0)) as lost
    from renewed

)

select
    knowledge_id,
    account_id,
    product_id,
    month,
    expiring_terms,
    decided_on,
    cast(expiring_mrr as decimal(18, 2)) as expiring_mrr,
    cast(following_mrr as decimal(18, 2)) as following_mrr,
    cast(renewed_mrr as decimal(18, 2)) as renewed_mrr,
    cast(not_renewed - still_open - still_pending - lost as decimal(18, 2)) as reduced_mrr,
    cast(still_open as decimal(18, 2)) as open_mrr,
    cast(still_pending as decimal(18, 2)) as pending_churn_mrr,
    cast(lost as decimal(18, 2)) as lost_mrr
from split
