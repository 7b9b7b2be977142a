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

),

matched as (

    select
        offers.account_id,
        offers.month,
        offers.offer_id,
        refusals.month_end,
        refusals.refused_on,
        case
            when
                offers.offer_class = refusals.offer_class
                and coalesce(refusals.product_id, offers.product_id) = offers.product_id
                and coalesce(refusals.plan_id, offers.plan_id, '') = coalesce(offers.plan_id, '')
                then rules.refused_days
            else rules.refused_any_days
        end as blocked_days
    from offers
    cross join rules
    inner join refusals on offers.account_id = refusals.account_id and offers.month = refusals.month

)

-- The same offer is the same class, product and plan; what a refusal does not name was refused whatever it was. Who has
-- just refused something is not asked for anything else either.
select
    account_id,
    month,
    offer_id,
    max(refused_on) as last_refused_on,
    max({{ add_days('refused_on', 'blocked_days - 1') }}) as refused_until
from matched
where refused_on > {{ add_days('month_end', '-blocked_days') }}
group by account_id, month, offer_id
