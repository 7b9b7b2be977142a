{%- set product_flags = [
    'renewal_near', 'limit_reached', 'limit_near', 'mid_term', 'usage_rising', 'upper_plan_use', 'below_peers',
] -%}
with

accounts as (

    select * from {{ ref('int_timing_accounts') }}

),

products as (

    select * from {{ ref('int_timing_products') }}

),

flag_rules as (

    select * from {{ ref('timing_flags') }}

),

-- The row without a product is for what belongs to no product yet: there the window of any product counts.
grouped as (

    select
        account_id,
        reference_kind,
        reference_on,
        product_id,
        {% for flag in product_flags -%}
        {{ flag }},
        {% endfor -%}
        next_renewal_on
    from products
    union all
    select
        account_id,
        reference_kind,
        reference_on,
        cast(null as {{ dbt.type_string() }}) as product_id,
        {% for flag in product_flags -%}
        {{ any_true(flag) }} as {{ flag }},
        {% endfor -%}
        min(next_renewal_on) as next_renewal_on
    from products
    group by account_id, reference_kind, reference_on

),

flagged as (

    select
        accounts.account_id,
        accounts.reference_kind,
        accounts.reference_on,
        grouped.product_id,
        accounts.first_paid_on,
        accounts.adopted_on,
        {% for flag in timing_flags() -%}
        {{ 'grouped' if flag in product_flags else 'accounts' }}.{{ flag }},
        {% endfor -%}
        grouped.next_renewal_on
    from accounts
    left join grouped
        on
            accounts.account_id = grouped.account_id
            and accounts.reference_kind = grouped.reference_kind
            and accounts.reference_on = grouped.reference_on

),

priorities as (

    select
        {% for flag in timing_flags() -%}
        max(case when timing_reason = '{{ flag }}' and makes_timed then reason_priority end) as {{ flag }},
        {% endfor -%}
        max(reason_priority) + 1 as no_reason
    from flag_rules

),

prioritised as (

    select
        flagged.*,
        least(
            {% for flag in timing_flags() -%}
            case when flagged.{{ flag }} then priorities.{{ flag }} end,
            {% endfor -%}
            priorities.no_reason
        ) as best_priority
    from flagged
    cross join priorities

)

select
    prioritised.account_id,
    prioritised.product_id,
    prioritised.reference_kind,
    prioritised.reference_on,
    {% for flag in timing_flags() -%}
    prioritised.{{ flag }},
    {% endfor -%}
    flag_rules.timing_reason is not null as is_timed,
    flag_rules.timing_reason,
    prioritised.first_paid_on,
    prioritised.adopted_on,
    prioritised.next_renewal_on
from prioritised
left join flag_rules on flag_rules.makes_timed and prioritised.best_priority = flag_rules.reason_priority
