with

held as (

    select * from {{ ref('int_held_products') }}
    where account_mrr > 0 and product_mrr > 0 and is_billed_within_year

),

rules as (

    {{ rules_as_columns('offer_rules', ['annual_discount']) }}

),

reporting as (

    {{ reporting_currency_digits() }}

)

select
    held.account_id,
    held.month,
    'long_term' as offer_class,
    held.product_id,
    held.plan_id,
    held.product_id as base_product_id,
    held.product_mrr as current_mrr,
    cast({{ round_to_minor_unit(
        'cast(held.product_mrr as decimal(29, 3)) * (1 - rules.annual_discount)', 'reporting.minor_unit_digits'
    ) }} as decimal(19, 3)) as target_mrr
from held
cross join rules
cross join reporting
