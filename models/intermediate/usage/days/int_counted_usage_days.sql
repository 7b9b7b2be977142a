{{ config(materialized='view') }}

with

event_days as (

    select * from {{ ref('int_matched_usage_days') }}

),

daily_counts as (

    select * from {{ ref('int_daily_counts') }}
    where is_counted

)

select
    account_id,
    product_id,
    feature_key,
    occurred_on,
    known_on,
    cast(null as date) as superseded_on,
    quantity
from event_days
union all
select
    account_id,
    product_id,
    feature_key,
    used_on as occurred_on,
    known_on,
    superseded_on,
    quantity
from daily_counts
