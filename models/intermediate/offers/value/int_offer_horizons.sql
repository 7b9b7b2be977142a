with

offers as (

    select * from {{ ref('int_offers') }}

),

months as (

    select * from {{ ref('int_seen_months') }}

),

timing as (

    select * from {{ ref('int_timing_products') }}
    where reference_kind = 'month_end'

),

rules as (

    {{ rules_as_columns('offer_rules', ['horizon_months']) }}

)

-- A year, or what is left of a term that is shorter than one.
select
    offers.account_id,
    offers.month,
    offers.offer_id,
    cast(coalesce(
        greatest(least({{ whole_months('months.month_end', 'timing.short_term_ends_on') }}, rules.horizon_months), 1),
        rules.horizon_months
    ) as integer) as horizon_months
from offers
cross join rules
inner join months on offers.month = months.month
left join timing
    on
        offers.account_id = timing.account_id
        and months.month_end = timing.reference_on
        and offers.base_product_id = timing.product_id
