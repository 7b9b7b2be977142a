with

offers as (

    select * from {{ ref('int_offers') }}

),

refusals as (

    select * from {{ ref('int_known_proposals') }}
    where outcome = 'lost'

),

rules as (

    {{ rules_as_columns('offer_rules', ['refused_days']) }}

)

-- The same offer is the same class, product and plan; what a refusal does not name was refused whatever it was.
select
    offers.account_id,
    offers.month,
    offers.offer_id,
    max(refusals.closed_on) as last_refused_on
from offers
cross join rules
inner join refusals
    on
        offers.account_id = refusals.account_id
        and offers.month = refusals.month
        and offers.offer_class = refusals.offer_class
        and coalesce(refusals.product_id, offers.product_id) = offers.product_id
        and coalesce(refusals.plan_id, offers.plan_id, '') = coalesce(offers.plan_id, '')
        and refusals.closed_on > {{ add_days('refusals.month_end', '-rules.refused_days') }}
group by offers.account_id, offers.month, offers.offer_id
