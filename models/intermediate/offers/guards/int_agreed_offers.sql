with

offers as (

    select * from {{ ref('int_offers') }}

),

held as (

    select * from {{ ref('int_held_products') }}

),

wins as (

    select * from {{ ref('int_known_proposals') }}
    where outcome = 'won'

),

signed_products as (

    select * from {{ ref('int_signed_products') }}

),

grown as (

    select * from {{ ref('int_grown_products') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['agreed_days']) }}

),

won as (

    select
        offers.account_id,
        offers.month,
        offers.offer_id,
        wins.closed_on as agreed_on
    from offers
    cross join rules
    inner join wins
        on
            offers.account_id = wins.account_id
            and offers.month = wins.month
            and offers.product_id = wins.product_id
            and (offers.offer_class = wins.offer_class or offers.plan_id = wins.plan_id)
    where wins.closed_on > {{ add_days('wins.month_end', '-rules.agreed_days') }}

),

-- Lines that are signed and have not begun: they settle a new product, another plan, more units, or a term.
signed as (

    select
        offers.account_id,
        offers.month,
        offers.offer_id,
        signed_products.agreed_on
    from offers
    inner join signed_products
        on
            offers.account_id = signed_products.account_id
            and offers.month = signed_products.month
            and offers.product_id = signed_products.product_id
    left join held
        on
            offers.account_id = held.account_id
            and offers.month = held.month
            and offers.product_id = held.product_id
    where
        case offers.offer_class
            when 'seat_expansion' then signed_products.units > held.quantity
            when 'plan_upgrade' then coalesce(signed_products.plan_id <> held.plan_id, false)
            else true
        end

),

begun as (

    select
        offers.account_id,
        offers.month,
        offers.offer_id,
        grown.begun_on as agreed_on
    from offers
    inner join grown
        on
            offers.account_id = grown.account_id
            and offers.month = grown.month
            and offers.product_id = grown.product_id
            and offers.plan_id = grown.plan_id

),

agreed as (

    select * from won
    union all
    select * from signed
    union all
    select * from begun

)

select
    account_id,
    month,
    offer_id,
    max(agreed_on) as last_agreed_on
from agreed
group by account_id, month, offer_id
