{%- set account_facts = [
    'month_end', 'first_paid_on', 'guarded_band', 'health_score', 'has_cancel_notice', 'is_past_due',
    'has_severe_ticket', 'has_low_csat', 'has_detractor', 'last_proposed_on', 'open_proposals', 'contact_days',
    'do_not_contact', 'is_holdout', 'quiet_since', 'due_renewal_on', 'first_refused_row',
] -%}
with

offers as (

    select * from {{ ref('int_offers') }}

),

accounts as (

    select * from {{ ref('int_offer_accounts') }}

),

held as (

    select * from {{ ref('int_held_products') }}

),

signals as (

    select * from {{ ref('int_usage_signals') }}

),

{% for words, relation in {'refusals': ref('int_offer_refusals'), 'agreements': ref('int_agreed_offers')}.items() -%}
{{ words }} as (

    select * from {{ relation }}

),

{% endfor -%}
prerequisites as (

    select * from {{ ref('int_product_prerequisites') }}
    where is_direct

),

offer_classes as (

    select * from {{ ref('offer_classes') }}

),

unmet as (

    select distinct
        offers.account_id,
        offers.month,
        offers.product_id
    from offers
    inner join prerequisites on offers.product_id = prerequisites.product_id
    left join held
        on
            offers.account_id = held.account_id
            and offers.month = held.month
            and prerequisites.prerequisite_id = held.product_id
    where held.product_id is null

)

select
    offers.account_id,
    offers.month,
    offers.offer_id,
    offers.offer_class,
    offers.plan_id,
    offers.current_mrr,
    offers.delta_mrr,
    {{ prefixed('accounts', account_facts) }},
    offer_classes.guarded_by_health,
    refusals.last_refused_on,
    refusals.refused_until,
    agreements.last_agreed_on,
    unmet.product_id is not null as is_prerequisite_missing,
    coalesce(held.seat_utilisation, accounts.seat_utilisation) as utilisation,
    coalesce(signals.is_limit_reached, false) or coalesce(signals.is_limit_approaching, false) as is_at_limit
from offers
inner join accounts on offers.account_id = accounts.account_id and offers.month = accounts.month
inner join offer_classes on offers.offer_class = offer_classes.offer_class
left join held
    on
        offers.account_id = held.account_id
        and offers.month = held.month
        and offers.base_product_id = held.product_id
left join signals
    on
        offers.account_id = signals.account_id
        and offers.month = signals.month
        and offers.base_product_id = signals.product_id
{% for words in ['refusals', 'agreements'] -%}
left join {{ words }}
    on
        offers.account_id = {{ words }}.account_id
        and offers.month = {{ words }}.month
        and offers.offer_id = {{ words }}.offer_id
{% endfor -%}
left join unmet
    on
        offers.account_id = unmet.account_id
        and offers.month = unmet.month
        and offers.product_id = unmet.product_id
