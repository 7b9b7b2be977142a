with

held as (

    select * from {{ ref('int_held_products') }}
    where account_mrr > 0

),

affinity as (

    select * from {{ ref('int_product_affinity') }}
    where is_rule

),

products as (

    select * from {{ ref('int_products') }}

),

plans as (

    select * from {{ ref('int_catalogue_plans') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

-- The people of the account: the seats of its largest product.
accounts as (

    select
        account_id,
        month,
        max(seats) as seats,
        max(account_mrr) as account_mrr
    from held
    group by account_id, month

),

-- An add-on of a product that is held is offered as an add-on.
pointed as (

    select distinct
        held.account_id,
        held.month,
        affinity.consequent as product_id
    from held
    inner join affinity on held.month = affinity.month and held.product_id = affinity.antecedent
    inner join products on affinity.consequent = products.product_id
    left join held as kept
        on
            held.account_id = kept.account_id
            and held.month = kept.month
            and (affinity.consequent = kept.product_id or products.parent_product_id = kept.product_id)
    where held.has_paid_line and kept.product_id is null

)

select
    pointed.account_id,
    pointed.month,
    'cross_sell' as offer_class,
    pointed.product_id,
    plans.plan_id,
    cast(null as {{ dbt.type_string() }}) as base_product_id,
    accounts.account_mrr as current_mrr,
    cast(accounts.account_mrr + {{ round_to_minor_unit(
        'cast(plans.list_price as decimal(21, 3)) * accounts.seats', 'reporting.minor_unit_digits'
    ) }} as decimal(19, 3)) as target_mrr
from pointed
cross join reporting
inner join accounts on pointed.account_id = accounts.account_id and pointed.month = accounts.month
left join plans
    on pointed.month = plans.month and pointed.product_id = plans.product_id and plans.is_entry and plans.is_sold
