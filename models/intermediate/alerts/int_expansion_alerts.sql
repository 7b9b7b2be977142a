with

observations as (

    select * from {{ ref('int_alert_observations') }}

),

signals as (

    select * from {{ ref('int_limit_signals') }}
    where is_limit_reached or is_limit_approaching

),

-- The fullest limit of a product; by name where several are as full.
fullest as (

    select
        *,
        row_number() over (partition by account_id, month, product_id order by utilisation desc, meter asc) as place
    from {{ ref('int_product_utilisation') }}

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
    signals.account_id,
    case when signals.is_limit_reached then 'limit_reached' else 'limit_near' end as alert_kind,
    signals.product_id as subject,
    observations.observed_on as holds_from,
    observations.next_on as holds_until,
    'any' as situation,
    fullest.used as reading,
    cast(null as decimal(22, 6)) as reading_before,
    cast(fullest.included as decimal(22, 6)) as bound,
    {{ meter_in_words('fullest.meter') }} as words,
    observations.observed_on as evidence_on
from signals
inner join observations on signals.month = observations.month
inner join fullest
    on
        signals.account_id = fullest.account_id
        and signals.month = fullest.month
        and signals.product_id = fullest.product_id
        and fullest.place = 1
union all
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
