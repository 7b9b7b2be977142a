with

opportunities as (

    select * from {{ ref('int_upsell_opportunities') }}
    where month in (select max(seen_months.month) from {{ ref('int_seen_months') }} as seen_months)

),

timing_accounts as (

    select * from {{ ref('int_timing_accounts') }}
    where reference_kind = 'month_end'

),

products as (

    select * from {{ ref('int_timing_products') }}
    where reference_kind = 'month_end'

),

{% for facts, relation in {
    'offers': ref('int_offers'),
    'facts': ref('int_offer_facts'),
    'timing': ref('int_offer_timing'),
    'evidence': ref('int_limit_evidence'),
    'activity': ref('int_activity_signals'),
    'guard_reasons': ref('guard_reasons'),
    'timing_flags': ref('timing_flags'),
}.items() -%}
{{ facts }} as (

    select * from {{ relation }}

){{ ',' if not loop.last }}

{% endfor -%}
-- Why now, or why not: what blocks comes before what times.
select
    opportunities.account_id,
    opportunities.month,
    opportunities.offer_id,
    {{ fill_sentence('coalesce(guard_reasons.sentence, timing_flags.sentence)', {
        'score': plain_number('opportunities.health_score'),
        'renewal': day_as_text('coalesce(products.next_renewal_on, timing.account_renewal_on)'),
        'adopted': day_as_text('timing_accounts.adopted_on'),
        'first_paid': day_as_text('facts.first_paid_on'),
        'used': plain_number('coalesce(evidence.used, account_evidence.used)'),
        'included': plain_number('coalesce(evidence.included, account_evidence.included)'),
        'meter': meter_in_words('coalesce(evidence.meter, account_evidence.meter)'),
        'read_on': day_as_text('coalesce(evidence.measured_on, account_evidence.measured_on)'),
        'activity': plain_number('activity.activity_30d'),
        'activity_before': plain_number('activity.activity_before_30d'),
        'success': 'timing_accounts.last_success',
        'quiet': day_as_text('facts.quiet_since'),
        'proposed': day_as_text('facts.last_proposed_on'),
        'refused': day_as_text('facts.last_refused_on'),
        'agreed': day_as_text('facts.last_agreed_on'),
        'due': day_as_text('facts.due_renewal_on'),
        'contacts': plain_number('facts.contact_days'),
        'refused_row': 'facts.first_refused_row',
    }) }} as sentence
from opportunities
inner join offers
    on
        opportunities.account_id = offers.account_id
        and opportunities.month = offers.month
        and opportunities.offer_id = offers.offer_id
inner join facts
    on
        opportunities.account_id = facts.account_id
        and opportunities.month = facts.month
        and opportunities.offer_id = facts.offer_id
inner join timing
    on
        opportunities.account_id = timing.account_id
        and opportunities.month = timing.month
        and opportunities.offer_id = timing.offer_id
left join timing_accounts
    on opportunities.account_id = timing_accounts.account_id and opportunities.month_end = timing_accounts.reference_on
left join products
    on
        opportunities.account_id = products.account_id
        and opportunities.month_end = products.reference_on
        and offers.base_product_id = products.product_id
left join evidence
    on
        opportunities.account_id = evidence.account_id
        and offers.base_product_id = evidence.product_id
        and case
            when offers.offer_class = 'seat_expansion' then evidence.meter = 'seats'
            else evidence.is_fullest_of_product
        end
left join evidence as account_evidence
    on
        opportunities.account_id = account_evidence.account_id
        and account_evidence.is_fullest_of_account
        and offers.base_product_id is null
left join activity on opportunities.account_id = activity.account_id and opportunities.month = activity.month
left join guard_reasons on opportunities.pressing_reason = guard_reasons.reason
left join timing_flags on opportunities.timing_reason = timing_flags.timing_reason
