with

offers as (

    select * from {{ ref('int_offers') }}

),

guards as (

    select * from {{ ref('int_offer_guards') }}
    where is_eligible

),

timing as (

    select * from {{ ref('int_offer_timing') }}
    where is_timed

),

offer_values as (

    select * from {{ ref('int_offer_values') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['near_best']) }}

),

ready as (

    select
        offers.account_id,
        offers.month,
        offers.offer_id,
        offers.is_ideal_step,
        offers.is_jump,
        offer_values.expected_value,
        max(offer_values.expected_value) over (partition by offers.account_id, offers.month) as best_value,
        max(case
            when offers.is_ideal_step or offers.offer_class in ('seat_expansion', 'add_on') then 1 else 0
        end) over (partition by offers.account_id, offers.month) = 1 as has_easy_offer
    from offers
    inner join guards
        on offers.account_id = guards.account_id and offers.month = guards.month and offers.offer_id = guards.offer_id
    inner join timing
        on offers.account_id = timing.account_id and offers.month = timing.month and offers.offer_id = timing.offer_id
    inner join offer_values
        on
            offers.account_id = offer_values.account_id
            and offers.month = offer_values.month
            and offers.offer_id = offer_values.offer_id
    where offer_values.expected_value >= 0

),

-- An ideal step comes first where it costs next to nothing against the best. A jump comes after whatever is easier to
-- agree to.
placed as (

    select
        ready.*,
        row_number() over (
            partition by ready.account_id, ready.month
            order by
                case when ready.is_jump and ready.has_easy_offer then 1 else 0 end asc,
                case
                    when
                        ready.is_ideal_step
                        and ready.best_value - ready.expected_value
                        <= rules.near_best * cast(ready.best_value as decimal(29, 3))
                        then 0
                    else 1
                end asc,
                ready.expected_value desc,
                ready.offer_id asc
        ) as place
    from ready
    cross join rules

),

led as (

    select
        *,
        max(case when place = 1 then expected_value end) over (partition by account_id, month) as first_value_of_account
    from placed

)

select
    account_id,
    month,
    offer_id,
    cast(place as integer) as place_in_account,
    cast(row_number() over (
        partition by month order by first_value_of_account desc, account_id asc, place asc
    ) as integer) as priority
from led
