with

reasons as (

    select * from {{ ref('int_offer_reasons') }}

),

offers as (

    select * from {{ ref('int_offers') }}

),

guarded as (

    select
        reasons.account_id,
        reasons.month,
        reasons.offer_id,
        offers.offer_class,
        {% for guard, guard_reasons in offer_guards().items() -%}
        reasons.{{ guard_reasons | join(' or reasons.') }} as {{ guard }},
        {% endfor -%}
        concat_ws(
            '|'
            {%- for reason in guard_reasons() %},
            case when reasons.{{ reason }} then '{{ reason }}' end
            {%- endfor %}
        ) as blocked_reasons
    from reasons
    inner join offers
        on
            reasons.account_id = offers.account_id
            and reasons.month = offers.month
            and reasons.offer_id = offers.offer_id

)

-- A downsell is never an offer to push, whatever the guards say.
select
    account_id,
    month,
    offer_id,
    {% for guard in offer_guards() -%}
    {{ guard }},
    {% endfor -%}
    blocked_reasons,
    blocked_reasons = '' and offer_class <> 'downsell' as is_eligible
from guarded
