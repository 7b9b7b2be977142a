with

held as (

    select * from {{ ref('int_held_products') }}
    where account_mrr > 0 and plan_id is not null

),

plans as (

    select * from {{ ref('int_catalogue_plans') }}

),

reporting as (

    {{ reporting_currency_digits() }}

)

-- Who is on top is listed without a plan, so that a reader sees why nothing higher is offered.
select
    held.account_id,
    held.month,
    'plan_upgrade' as offer_class,
    held.product_id,
    plans.next_plan_id as plan_id,
    held.product_id as base_product_id,
    held.product_mrr as current_mrr,
    {{ share_of_money(
        'cast(held.quantity as decimal(20, 4)) * plans.next_list_price',
        'case when held.gross_mrr > 0 then held.product_mrr else 1 end',
        'case when held.gross_mrr > 0 then held.gross_mrr else 1 end'
    ) }} as target_mrr
from held
cross join reporting
inner join plans on held.month = plans.month and held.plan_id = plans.plan_id
where plans.is_sold
