with

reference_days as (

    select * from {{ ref('int_reference_days') }}

),

usage_signals as (

    select * from {{ ref('int_usage_signals') }}

),

terms as (

    select * from {{ ref('int_timing_terms') }}

),

peers as (

    select * from {{ ref('int_timing_peers') }}

),

-- Products of the last close; on a proposal day one may have ended since.
held as (

    select
        reference_days.account_id,
        reference_days.reference_kind,
        reference_days.reference_on,
        reference_days.month,
        usage_signals.product_id,
        usage_signals.is_limit_reached,
        usage_signals.is_limit_approaching,
        usage_signals.is_usage_rising,
        usage_signals.is_heavy_feature_use
    from reference_days
    inner join usage_signals
        on reference_days.account_id = usage_signals.account_id and reference_days.month = usage_signals.month

)

select
    held.account_id,
    held.reference_kind,
    held.reference_on,
    held.product_id,
    terms.next_renewal_on,
    terms.short_term_ends_on,
    coalesce(terms.is_renewal_near, false) as renewal_near,
    held.is_limit_reached as limit_reached,
    held.is_limit_approaching as limit_near,
    coalesce(terms.is_mid_term, false) as mid_term,
    held.is_usage_rising as usage_rising,
    held.is_heavy_feature_use as upper_plan_use,
    peers.is_below_peers as below_peers
from held
left join terms
    on
        held.account_id = terms.account_id
        and held.reference_kind = terms.reference_kind
        and held.reference_on = terms.reference_on
        and held.product_id = terms.product_id
left join peers
    on
        held.account_id = peers.account_id
        and held.month = peers.month
        and held.product_id = peers.product_id
