{{ config(materialized='view') }}

with

usage_daily as (

    select * from {{ ref('int_usage_daily') }}

),

reference_ids as (

    select * from {{ ref('stg_reference_ids') }}

)

select
    {{ matched_id('usage_daily', 'account_id') }} as account_id,
    {{ matched_id('usage_daily', 'product_id') }} as product_id,
    usage_daily.feature_key,
    usage_daily.occurred_on,
    usage_daily.known_on,
    usage_daily.event_count,
    usage_daily.quantity,
    {{ matched_ids('usage_daily', ['account_id', 'product_id']) }} as _matched_ids,
    {{ is_ambiguous_id('usage_daily', 'account_id') }}
    or {{ is_ambiguous_id('usage_daily', 'product_id') }} as is_ambiguous
from usage_daily
{{ join_ids('reference_ids', 'accounts', 'usage_daily', 'account_id') }}
{{ join_ids('reference_ids', 'products', 'usage_daily', 'product_id') }}
