with

held_lines as (

    select * from {{ ref('int_held_lines') }}
    where basis <> 'restated'

),

last_month as (

    select max(month) as month from {{ ref('int_seen_months') }}

),

products as (

    select
        held_lines.account_id,
        held_lines.product_id,
        min(held_lines.plan_id) as first_plan_id,
        max(held_lines.plan_id) as last_plan_id,
        sum(held_lines.mrr) as mrr
    from held_lines
    inner join last_month on held_lines.month = last_month.month
    group by held_lines.account_id, held_lines.product_id

)

-- A product of several plans is named with each end of them.
select
    account_id,
    cast(sum(mrr) as decimal(19, 3)) as mrr,
    cast(count(*) as integer) as products,
    {{ ordered_list('product_id', 'product_id') }} as product_ids,
    {{ ordered_list(
        "case when first_plan_id < last_plan_id then first_plan_id || '|' || last_plan_id else first_plan_id end",
        'product_id'
    ) }} as plan_ids
from products
group by account_id
