{#- Which column of the flag rules times an offer of a kind. -#}
{%- set timed_by = {
    'usual': 'makes_timed',
    'jump': 'times_jumps',
    'long_term': 'times_long_terms',
    'onboarding_addon': 'times_onboarding',
} -%}
{#- More seats wait for the seats: another limit of the product is no reason to buy them. -#}
{%- set value_of = {'limit_reached': "case when offers.offer_class = 'seat_expansion' then held.seats_used >= held.seats
            else flags.limit_reached end"} -%}
with

offers as (

    select
        *,
        case
            when offer_class in ('long_term', 'onboarding_addon') then offer_class
            when is_jump then 'jump'
            else 'usual'
        end as timing_kind
    from {{ ref('int_offers') }}

),

held as (

    select * from {{ ref('int_held_products') }}

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

),

accounts as (

    select * from flags
    where product_id is null

),

priorities as (

    {% for kind, rule in timed_by.items() -%}
    select
        '{{ kind }}' as timing_kind,
        {% for flag in timing_flags() -%}
        max(case when timing_reason = '{{ flag }}' and {{ rule }} then reason_priority end) as {{ flag }},
        {% endfor -%}
        max(reason_priority) + 1 as no_reason
    from flag_rules
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- What belongs to no product yet is timed by the account.
prioritised as (

    select
        offers.account_id,
        offers.month,
        offers.offer_id,
        {% for flag in timing_flags() -%}
        {{ value_of.get(flag, 'flags.' ~ flag) }} as {{ flag }},
        {% endfor -%}
        accounts.next_renewal_on as account_renewal_on,
        least(
            {% for flag in timing_flags() -%}
            case when {{ value_of.get(flag, 'flags.' ~ flag) }} then priorities.{{ flag }} end,
            {% endfor -%}
            priorities.no_reason
        ) as best_priority
    from offers
    inner join months on offers.month = months.month
    inner join priorities on offers.timing_kind = priorities.timing_kind
    inner join flags
        on
            offers.account_id = flags.account_id
            and months.month_end = flags.reference_on
            and coalesce(offers.base_product_id, '') = coalesce(flags.product_id, '')
    left join held
        on
            offers.account_id = held.account_id
            and offers.month = held.month
            and offers.base_product_id = held.product_id
    inner join accounts
        on offers.account_id = accounts.account_id and months.month_end = accounts.reference_on

)

select
    prioritised.account_id,
    prioritised.month,
    prioritised.offer_id,
    {% for flag in timing_flags() -%}
    prioritised.{{ flag }},
    {% endfor -%}
    flag_rules.timing_reason is not null as is_timed,
    flag_rules.timing_reason,
    prioritised.account_renewal_on
from prioritised
left join flag_rules on prioritised.best_priority = flag_rules.reason_priority
