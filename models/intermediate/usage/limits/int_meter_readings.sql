with

usage_meters as (

    select * from {{ ref('stg_usage_meters') }}
    where is_valid

),

meter_kinds as (

    select * from {{ ref('usage_meter_kinds') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

readings as (

    select
        knowledge.closing_month as month,
        account_map.paying_account_id as account_id,
        usage_meters.product_id,
        usage_meters.meter,
        meter_kinds.combined_by,
        usage_meters.used,
        row_number() over (
            partition by
                knowledge.knowledge_id, usage_meters.account_id, usage_meters.product_id, usage_meters.meter
            order by usage_meters.measured_on desc
        ) as recency
    from usage_meters
    inner join meter_kinds on usage_meters.meter = meter_kinds.meter
    inner join knowledge
        on
            usage_meters.measured_on between knowledge.closing_month and knowledge.map_date
            and {{ is_known('usage_meters', 'knowledge') }}
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and usage_meters.account_id = account_map.account_id

)

select
    month,
    account_id,
    product_id,
    meter,
    cast(sum(used) as decimal(22, 6)) as used
from readings
where combined_by = 'sum' or recency = 1
group by month, account_id, product_id, meter
