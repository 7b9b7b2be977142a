with

offers as (

    select * from {{ ref('int_offers') }}

),

months as (

    select * from {{ ref('int_seen_months') }}

),

flags as (

    select * from {{ ref('int_timing_flags') }}
    where reference_kind = 'month_end'

),

flag_rules as (

    select * from {{ ref('timing_flags') }}
    where timing_reason = 'just_bought'

),

accounts as (

    select * from flags
    where product_id is null

)

-- What belongs to no product yet is timed by the account. Right after the purchase only onboarding add-ons are timed.
select
    offers.account_id,
    offers.month,
    offers.offer_id,
    {% for flag in timing_flags() -%}
    flags.{{ flag }},
    {% endfor -%}
    flags.is_timed or (offers.offer_class = 'onboarding_addon' and coalesce(flags.just_bought, false)) as is_timed,
    coalesce(
        flags.timing_reason,
        case when offers.offer_class = 'onboarding_addon' and flags.just_bought then flag_rules.timing_reason end
    ) as timing_reason,
    accounts.next_renewal_on as account_renewal_on
from offers
cross join flag_rules
inner join months on offers.month = months.month
inner join flags
    on
        offers.account_id = flags.account_id
        and months.month_end = flags.reference_on
        and coalesce(offers.base_product_id, '') = coalesce(flags.product_id, '')
inner join accounts
    on offers.account_id = accounts.account_id and months.month_end = accounts.reference_on
