-- What the articles and the textbook say, to the last digit that they print: revenue of 60 months at a monthly churn of
-- 0.5, 1, 1.5 and 2 %, and without any; Newcombe's interval of 130 against 100 of 500.
with

revenue as (

    {% for churn, months in [('0.005', 51.95), ('0.01', 45.28), ('0.015', 39.75), ('0.02', 35.12), ('0', 60)] -%}
    select
        'revenue at a churn of {{ churn }}' as number_name,
        {{ months }} as expected,
        {{ months_of_revenue(churn, 60) }} as found,
        0.005 as tolerance
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

shares as (

    select
        cast(0.26 as double) as upsold,
        cast(0.20 as double) as control,
        cast(500 as double) as trials,
        cast(1.959964 as double) as z

),

bounds as (

    select
        *,
        {{ wilson_low('upsold * trials', 'trials', 'z') }} as upsold_low,
        {{ wilson_high('upsold * trials', 'trials', 'z') }} as upsold_high,
        {{ wilson_low('control * trials', 'trials', 'z') }} as control_low,
        {{ wilson_high('control * trials', 'trials', 'z') }} as control_high
    from shares

),

intervals as (

    select
        'Newcombe low' as number_name,
        0.0078 as expected,
        {{ newcombe_bound('upsold', 'upsold_low', 'control', 'control_high', '-') }} as found,
        0.00005 as tolerance
    from bounds
    union all
    select
        'Newcombe high' as number_name,
        0.1118 as expected,
        {{ newcombe_bound('upsold', 'upsold_high', 'control', 'control_low', '+') }} as found,
        0.00005 as tolerance
    from bounds

)

select * from revenue
where found is null or abs(found - expected) > tolerance
union all
select * from intervals
where found is null or abs(found - expected) > tolerance
