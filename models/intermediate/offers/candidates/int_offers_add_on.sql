with

held as (

    select * from {{ ref('int_held_products') }}
    where account_mrr > 0

),

products as (

    select * from {{ ref('int_products') }}
    where is_add_on

),

plans as (

    select * from {{ ref('int_catalogue_plans') }}

),

population as (

    select * from {{ ref('int_scoring_population') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['onboarding_gap']) }}

),

timing_rules as (

    {{ rules_as_columns('timing_rules', ['onboarding_days']) }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

missing as (

    select
        held.account_id,
        held.month,
        products.product_id,
        plans.plan_id,
        held.product_id as base_product_id,
        held.account_mrr as current_mrr,
        cast(held.account_mrr + {{ round_to_minor_unit(
            'cast(plans.list_price as decimal(21, 3)) * held.seats', 'reporting.minor_unit_digits'
        ) }} as decimal(19, 3)) as target_mrr,
        population.tenure_days <= timing_rules.onboarding_days as is_just_bought
    from held
    cross join reporting
    cross join timing_rules
    inner join products on held.product_id = products.parent_product_id
    inner join plans
        on held.month = plans.month and products.product_id = plans.product_id and plans.is_entry and plans.is_sold
    inner join population on held.account_id = population.account_id and held.month = population.month
    left join held as kept
        on
            held.account_id = kept.account_id
            and held.month = kept.month
            and products.product_id = kept.product_id
    where kept.product_id is null

)

select
    account_id,
    month,
    'add_on' as offer_class,
    product_id,
    plan_id,
    base_product_id,
    current_mrr,
    target_mrr
from missing
union all
select
    missing.account_id,
    missing.month,
    'onboarding_addon' as offer_class,
    missing.product_id,
    missing.plan_id,
    missing.base_product_id,
    missing.current_mrr,
    missing.target_mrr
from missing
cross join rules
where
    missing.is_just_bought
    and missing.target_mrr - missing.current_mrr <= cast(missing.current_mrr as decimal(29, 3)) * rules.onboarding_gap
