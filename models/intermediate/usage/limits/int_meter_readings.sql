with

known_readings as (

    select * from {{ ref('int_known_readings') }}
    where used is not null

),

starts as (

    select * from {{ ref('int_usage_starts') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

)

-- A month in which a flow was first measured knows only a part of it.
select
    known_readings.month,
    account_map.paying_account_id as account_id,
    known_readings.product_id,
    known_readings.meter,
    cast(sum(known_readings.used) as decimal(22, 6)) as used
from known_readings
inner join account_map
    on
        known_readings.knowledge_id = account_map.knowledge_id
        and known_readings.account_id = account_map.account_id
inner join starts on known_readings.month = starts.month and known_readings.meter = starts.series
where known_readings.reading_type = 'level' or starts.first_day <= known_readings.counts_from
group by known_readings.month, account_map.paying_account_id, known_readings.product_id, known_readings.meter
