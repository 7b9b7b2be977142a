with

offers as (

    select * from {{ ref('int_offers') }}

),

refusals as (

    select
        *,
        coalesce(closed_on, proposed_on) as refused_on
    from {{ ref('int_known_proposals') }}
    where outcome = 'lost'

),

rules as (

    {{ rules_as_columns('offer_rules', ['refused_days', 'refused_any_days']) }}

)

-- The same offer is the same class, product and plan; what a refusal does not name was refused whatever it was. Who has
-- just refused something is not asked for anything else either.
select
    offers.account_id,
    offers.month,
    offers.offer_id,
    max(refusals.refused_on) as last_refused_on
from offers
cross join rules
inner join refusals
    on
        offers.account_id = refusals.account_id
        and offers.month = refusals.month
        and (
            refusals.refused_on > {{ add_days('refusals.month_end', '-rules.refused_any_days') }}
            or (
                offers.offer_class = refusals.offer_class
                and coalesce(refusals.product_id, offers.product_id) = offers.product_id
                and coalesce(refusals.plan_id, offers.plan_id, '') = coalesce(offers.plan_id, '')
                and refusals.refused_on > {{ add_days('refusals.month_end', '-rules.refused_days') }}
            )
        )
group by offers.account_id, offers.month, offers.offer_id
