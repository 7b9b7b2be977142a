{{ config(materialized='view') }}

with

user_days as (

    select * from {{ ref('int_user_days') }}

),

reference_ids as (

    select * from {{ ref('stg_reference_ids') }}

),

daily_counts as (

    select * from {{ ref('int_daily_counts') }}
    where is_counted

)

select
    {{ matched_id('user_days', 'account_id') }} as account_id,
    user_days.user_id,
    {{ matched_id('user_days', 'product_id') }} as product_id,
    user_days.feature_key,
    user_days.occurred_on,
    user_days.known_on,
    cast(null as date) as superseded_on,
    user_days.event_count,
    user_days.quantity
from user_days
{{ join_ids('reference_ids', 'accounts', 'user_days', 'account_id') }}
{{ join_ids('reference_ids', 'products', 'user_days', 'product_id') }}
where
    not {{ is_ambiguous_id('user_days', 'account_id') }}
    and not {{ is_ambiguous_id('user_days', 'product_id') }}
union all
select
    account_id,
    user_id,
    product_id,
    feature_key,
    used_on as occurred_on,
    known_on,
    superseded_on,
    event_count,
    quantity
from daily_counts
