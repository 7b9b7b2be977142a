with

readings as (

    select * from {{ ref('int_rfm_values') }}

),

cut_points as (

    select * from {{ ref('int_rfm_cut_points') }}

),

spreads as (

    select * from {{ ref('int_rfm_spreads') }}

),

thresholds as (

    select * from {{ ref('rfm_thresholds') }}
    where currency is null or currency = '{{ setting("reporting_currency") }}'

),

counted as (

    select
        readings.account_id,
        readings.month,
        readings.rfm_basis,
        readings.measure,
        readings.reading,
        sum(case
            when
                {{ counts_cut_point('readings.reading', 'cut_points.cut_numerator', 'cut_points.cut_denominator') }}
                then 1
            else 0
        end) as cut_points_counted
    from readings
    left join cut_points
        on
            readings.month = cut_points.month
            and readings.rfm_basis = cut_points.rfm_basis
            and readings.measure = cut_points.measure
    group by readings.account_id, readings.month, readings.rfm_basis, readings.measure, readings.reading

),

-- Who never used anything comes last in recency; whose money went back comes last in money.
scored as (

    select
        counted.account_id,
        counted.month,
        counted.rfm_basis,
        counted.measure,
        spreads.is_degenerate,
        case
            when counted.measure = 'recency' and counted.reading is null then 1
            when counted.reading is null then null
            when counted.measure = 'monetary' and counted.reading <= 0 then 1
            else {{ score_from_cut_points('counted.measure', 'counted.cut_points_counted') }}
        end as quantile_score,
        case
            when counted.measure = 'recency' and counted.reading is null then 1
            when counted.measure = 'monetary' and counted.reading <= 0 then 1
            else thresholds.score
        end as fixed_score
    from counted
    left join spreads
        on
            counted.month = spreads.month
            and counted.rfm_basis = spreads.rfm_basis
            and counted.measure = spreads.measure
    left join thresholds
        on
            counted.rfm_basis = thresholds.rfm_basis
            and counted.measure = thresholds.measure
            and counted.reading >= coalesce(thresholds.value_from, counted.reading)
            and (counted.reading < thresholds.value_below or thresholds.value_below is null)

)

select
    account_id,
    month,
    rfm_basis,
    measure,
    cast(quantile_score as integer) as quantile_score,
    cast(fixed_score as integer) as fixed_score,
    cast(
        case when is_degenerate then coalesce(fixed_score, quantile_score) else quantile_score end as integer
    ) as score,
    coalesce(is_degenerate and fixed_score is not null, false) as is_fixed
from scored
