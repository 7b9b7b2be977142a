with

line_ends as (

    select * from {{ ref('int_line_ends') }}

),

resting_products as (

    select * from {{ ref('int_products_paying_nothing') }}

),

-- A part is agreed on with the last of its lines; a line without a day leaves the whole part without one.
summed as (

    select
        knowledge_id,
        account_id,
        product_id,
        month,
        part,
        sum(case when is_closing then 0 else mrr_at_rate end) as opening_at_rate,
        sum(case when is_closing then mrr_at_rate else 0 end) as closing_mrr,
        sum(case when is_closing then 0 else mrr_at_next_rate end) as opening_at_next_rate,
        sum(case when is_closing then mrr_at_next_rate else 0 end) as closing_at_next_rate,
        max(case when is_closing and line_state <> 'lapsed' then 1 else 0 end) as in_force,
        case
            when count(case when is_agreement and agreed_on is null then 1 end) = 0
                then max(case when is_agreement then agreed_on end)
        end as agreed_on
    from line_ends
    group by knowledge_id, account_id, product_id, month, part

),

totalled as (

    select
        *,
        sum(opening_at_rate) over product as product_opening,
        sum(closing_mrr) over product as product_closing,
        max(in_force) over product = 1 as is_in_force
    from summed
    window product as (partition by knowledge_id, account_id, product_id, month)

)

select
    totalled.knowledge_id,
    totalled.account_id,
    totalled.product_id,
    totalled.month,
    totalled.part,
    cast(totalled.opening_at_rate as decimal(18, 2)) as opening_at_rate,
    cast(totalled.closing_mrr as decimal(18, 2)) as closing_mrr,
    cast(totalled.opening_at_next_rate as decimal(18, 2)) as opening_at_next_rate,
    cast(totalled.closing_at_next_rate as decimal(18, 2)) as closing_at_next_rate,
    cast(totalled.product_opening as decimal(18, 2)) as product_opening,
    cast(totalled.product_closing as decimal(18, 2)) as product_closing,
    resting_products.product_id is not null as was_resting,
    totalled.is_in_force,
    totalled.agreed_on
from totalled
left join resting_products
    on
        totalled.knowledge_id = resting_products.knowledge_id
        and totalled.account_id = resting_products.account_id
        and totalled.product_id = resting_products.product_id
        and totalled.month = resting_products.month
