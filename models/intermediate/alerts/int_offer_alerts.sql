with

observations as (

    select * from {{ ref('int_alert_observations') }}

),

-- Ready is what has a place: no guard blocks it, the time is right, and it is worth something.
ready as (

    select
        account_id,
        month,
        product_id,
        offer_class,
        delta_mrr,
        row_number() over (partition by account_id, month, product_id order by place_in_account) as place
    from {{ ref('int_upsell_opportunities') }}
    where place_in_account is not null

)

select
    ready.account_id,
    'offer_ready' as alert_kind,
    ready.product_id as subject,
    observations.observed_on as holds_from,
    observations.next_on as holds_until,
    'any' as situation,
    cast(ready.delta_mrr as decimal(22, 6)) as reading,
    cast(null as decimal(22, 6)) as reading_before,
    cast(null as decimal(22, 6)) as bound,
    replace(ready.offer_class, '_', ' ') as words,
    observations.observed_on as evidence_on
from ready
inner join observations on ready.month = observations.month
where ready.place = 1
