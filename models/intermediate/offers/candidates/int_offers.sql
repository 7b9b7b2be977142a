{%- set classes = ['plan_upgrade', 'seat_expansion', 'add_on', 'long_term', 'downsell', 'cross_sell'] -%}
with

offers as (

    {% for offers in classes -%}
    select
        account_id,
        month,
        offer_class,
        product_id,
        plan_id,
        base_product_id,
        current_mrr,
        target_mrr
    from {{ ref('int_offers_' ~ offers) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

bands as (

    select * from {{ ref('price_gap_bands') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['ideal_step_from', 'ideal_step_to', 'jump_from']) }}

),

measured as (

    select
        *,
        {{ offer_id('offer_class', 'product_id', 'plan_id') }} as offer_id,
        cast(target_mrr - current_mrr as decimal(19, 3)) as delta_mrr
    from offers

)

-- Steps compare as amounts: a quotient could fall on the wrong side of a bound.
select
    measured.account_id,
    measured.month,
    measured.offer_id,
    measured.offer_class,
    measured.product_id,
    measured.plan_id,
    measured.base_product_id,
    measured.current_mrr,
    measured.target_mrr,
    measured.delta_mrr,
    {{ ratio('measured.delta_mrr', 'measured.current_mrr') }} as price_gap,
    bands.price_gap_band,
    bands.advice,
    bands.owner_role as step_owner_role,
    coalesce(
        measured.current_mrr > 0
        and {{ gap_at_least('measured.delta_mrr', 'measured.current_mrr', 'rules.ideal_step_from', 'true') }}
        and {{ gap_at_most('measured.delta_mrr', 'measured.current_mrr', 'rules.ideal_step_to', 'true') }},
        false
    ) as is_ideal_step,
    coalesce(
        measured.current_mrr > 0
        and measured.offer_class not in ('seat_expansion', 'add_on', 'onboarding_addon')
        and {{ gap_at_least('measured.delta_mrr', 'measured.current_mrr', 'rules.jump_from', 'true') }},
        false
    ) as is_jump
from measured
cross join rules
left join bands
    on {{ is_in_gap_band('measured.delta_mrr', 'measured.current_mrr', 'bands') }}
