with

offers as (

    select * from {{ ref('int_offers') }}

),

population as (

    select * from {{ ref('int_scoring_population') }}

),

held as (

    select * from {{ ref('int_held_products') }}

),

wins as (

    select * from {{ ref('int_known_proposals') }}
    where outcome = 'won'

),

paid_lines as (

    select * from {{ ref('int_line_versions') }}
    where {{ is_paid_with_units() }}

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
        coalesce(paid_lines.signed_on, paid_lines.covered_from) as agreed_on
    from offers
    inner join population on offers.account_id = population.account_id and offers.month = population.month
    inner join paid_lines
        on
            population.knowledge_id = paid_lines.knowledge_id
            and population.account_id = paid_lines.account_id
            and offers.product_id = paid_lines.product_id
            and population.month_end < paid_lines.covered_from
            and population.month_end >= coalesce(paid_lines.signed_on, population.month_end)
    left join held
        on
            offers.account_id = held.account_id
            and offers.month = held.month
            and offers.product_id = held.product_id
    where
        case offers.offer_class
            when 'seat_expansion' then paid_lines.quantity > held.quantity
            when 'plan_upgrade' then coalesce(paid_lines.plan_id <> held.plan_id, false)
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
