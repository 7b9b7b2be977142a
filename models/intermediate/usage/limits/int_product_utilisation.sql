with

product_limits as (

    select
        *,
        count(*) over (partition by account_id, month) as products
    from {{ ref('int_product_limits') }}

),

starts as (

    select * from {{ ref('int_usage_starts') }}

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
        products,
        '{{ meter }}' as meter,
        {{ column }} as included
    from product_limits
    where {{ column }} > 0
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- A reading without a product belongs to the only product there is; of several it says nothing.
measured as (

    select
        limits.account_id,
        limits.month,
        limits.product_id,
        limits.meter,
        limits.included,
        coalesce(sum(meter_readings.used), 0) as used
    from limits
    inner join starts
        on limits.month = starts.month and limits.meter = starts.series and limits.month >= starts.first_day
    left join meter_readings
        on
            limits.account_id = meter_readings.account_id
            and limits.month = meter_readings.month
            and limits.meter = meter_readings.meter
            and (
                limits.product_id = meter_readings.product_id
                or (meter_readings.product_id is null and limits.products = 1)
            )
    group by limits.account_id, limits.month, limits.product_id, limits.meter, limits.included

)

select
    account_id,
    month,
    product_id,
    meter,
    cast(used as decimal(22, 6)) as used,
    cast(included as decimal(18, 4)) as included,
    {{ ratio('used', 'included') }} as utilisation
from measured
