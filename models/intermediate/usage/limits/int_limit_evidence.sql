with

utilisation as (

    select * from {{ ref('int_product_utilisation') }}
    where month in (select max(seen_months.month) from {{ ref('int_seen_months') }} as seen_months)

),

known_readings as (

    select * from {{ ref('int_known_readings') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

-- The fullest limit comes first; by name where several are as full.
ranked as (

    select
        *,
        row_number() over (partition by account_id, product_id order by utilisation desc, meter asc) as place,
        row_number() over (
            partition by account_id order by utilisation desc, meter asc, product_id asc
        ) as place_in_account
    from utilisation

),

readings as (

    select
        known_readings.month,
        account_map.paying_account_id as account_id,
        known_readings.product_id,
        known_readings.meter,
        max(known_readings.measured_on) as measured_on
    from known_readings
    inner join account_map
        on
            known_readings.knowledge_id = account_map.knowledge_id
            and known_readings.account_id = account_map.account_id
    group by known_readings.month, account_map.paying_account_id, known_readings.product_id, known_readings.meter

)

-- A product without a reading of its own is measured by one of the whole account.
select
    ranked.account_id,
    ranked.month,
    ranked.product_id,
    ranked.meter,
    ranked.used,
    ranked.included,
    coalesce(own.measured_on, shared.measured_on) as measured_on,
    ranked.place = 1 as is_fullest_of_product,
    ranked.place_in_account = 1 as is_fullest_of_account
from ranked
left join readings as own
    on
        ranked.month = own.month
        and ranked.account_id = own.account_id
        and ranked.meter = own.meter
        and ranked.product_id = own.product_id
left join readings as shared
    on
        ranked.month = shared.month
        and ranked.account_id = shared.account_id
        and ranked.meter = shared.meter
        and shared.product_id is null
