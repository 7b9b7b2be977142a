with

product_limits as (

    select * from {{ ref('int_product_limits') }}

),

meter_readings as (

    select * from {{ ref('int_meter_readings') }}

),

limits as (

    {% for meter, column in {
        'seats': 'seats', 'storage_gb': 'storage_gb_limit', 'api_calls': 'api_call_limit',
    }.items() -%}
    select
        account_id,
        month,
        product_id,
        '{{ meter }}' as meter,
        {{ column }} as included
    from product_limits
    where {{ column }} > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

own as (

    select
        limits.*,
        meter_readings.used
    from limits
    left join meter_readings
        on
            limits.account_id = meter_readings.account_id
            and limits.month = meter_readings.month
            and limits.meter = meter_readings.meter
            and limits.product_id = meter_readings.product_id

),

-- A reading without a product measures all units of the account that have no reading of their own.
shared as (

    select
        own.account_id,
        own.month,
        own.meter,
        max(meter_readings.used) as used,
        sum(own.included) as included
    from own
    inner join meter_readings
        on
            own.account_id = meter_readings.account_id
            and own.month = meter_readings.month
            and own.meter = meter_readings.meter
    where own.used is null and meter_readings.product_id is null
    group by own.account_id, own.month, own.meter

),

measured as (

    select
        own.account_id,
        own.month,
        own.product_id,
        own.meter,
        own.included as product_included,
        own.used is null as is_shared,
        coalesce(own.used, shared.used) as used,
        case when own.used is null then shared.included else own.included end as included
    from own
    left join shared
        on own.account_id = shared.account_id and own.month = shared.month and own.meter = shared.meter

)

select
    account_id,
    month,
    product_id,
    meter,
    cast(used as decimal(22, 6)) as used,
    cast(included as decimal(18, 4)) as included,
    {{ ratio('used', 'included') }} as utilisation,
    cast(case
        when is_shared then round({{ ratio('used', 'included') }} * cast(product_included as double), 6)
        else used
    end as decimal(22, 6)) as product_used
from measured
where used is not null
