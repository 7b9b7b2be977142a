with

readings as (

    select * from {{ ref('int_rfm_values') }}
    where reading is not null

),

cut_points as (

    select * from {{ ref('rfm_cut_points') }}

),

ordered as (

    select
        month,
        rfm_basis,
        measure,
        reading,
        row_number() over (partition by month, rfm_basis, measure order by reading) - 1 as place,
        count(*) over (partition by month, rfm_basis, measure) as accounts
    from readings

),

populations as (

    select distinct
        month,
        rfm_basis,
        measure,
        accounts
    from ordered

),

-- A type-7 quantile lies at place q x (n - 1): a whole place and a fraction of the way to the next one.
-- Whole numbers keep it exact, so that a value on a cut point is never taken to lie beside it.
placed as (

    select
        populations.*,
        cut_points.cut_point,
        cut_points.quantile_denominator,
        (populations.accounts - 1) * cut_points.quantile_numerator % cut_points.quantile_denominator as fraction,
        {{ integer_quotient(
            '(populations.accounts - 1) * cut_points.quantile_numerator', 'cut_points.quantile_denominator'
        ) }} as lower_place
    from populations
    cross join cut_points

)

select
    placed.month,
    placed.rfm_basis,
    placed.measure,
    placed.cut_point,
    placed.accounts,
    cast(
        lower_value.reading * (placed.quantile_denominator - placed.fraction)
        + coalesce(upper_value.reading, lower_value.reading) * placed.fraction
        as decimal(29, 3)
    ) as cut_numerator,
    cast(placed.quantile_denominator as integer) as cut_denominator
from placed
inner join ordered as lower_value
    on
        placed.month = lower_value.month
        and placed.rfm_basis = lower_value.rfm_basis
        and placed.measure = lower_value.measure
        and placed.lower_place = lower_value.place
left join ordered as upper_value
    on
        placed.month = upper_value.month
        and placed.rfm_basis = upper_value.rfm_basis
        and placed.measure = upper_value.measure
        and placed.lower_place + 1 = upper_value.place
