-- Months are numbered from 0, the first of the sample; macros turn numbers into dates and back.
create or replace macro month_on(m) as
    cast(getvariable('first_month') + to_months(cast(m as integer)) as date);
create or replace macro month_of(d) as
    cast(date_diff('month', getvariable('first_month'), d) as integer);
create or replace macro months_after(d, n) as cast(d + to_months(cast(n as integer)) as date);

-- New business grows over the sample, peaks with the Japanese fiscal year, and rests in summer;
-- the first month brings the customers that the company starts with.
create or replace table months as
with numbered as (
    select
        cast(range as integer) as m,
        month_on(range) as month_start,
        last_day(month_on(range)) as month_end
    from range(getvariable('months'))
),

weighted as (
    select
        *,
        cast(
            (100 + 130 * m / greatest(getvariable('months') - 1, 1))
            * case month(month_start)
                when 4 then 1.8 when 10 then 1.3 when 8 then 0.6 when 12 then 0.7 else 1.0
            end
            + case when m = 0 then 44 * getvariable('months') else 0 end as bigint
        ) as start_weight
    from numbered
)

select
    *,
    sum(start_weight) over (order by m) - start_weight as weight_before,
    sum(start_weight) over (order by m) as weight_after
from weighted;

-- How much of a full working day a date is: weekends are quiet, the New Year holidays quieter.
create or replace table days as
with dated as (
    select cast(range as date) as day
    from range(getvariable('first_month'), getvariable('as_of_date') + interval 1 day, interval 1 day)
)

select
    day,
    month_of(day) as m,
    case
        when isodow(day) > 5 then 0.03
        when (month(day) = 12 and day(day) >= 28) or (month(day) = 1 and day(day) <= 4) then 0.05
        when (month(day) = 4 and day(day) >= 29) or (month(day) = 5 and day(day) <= 5) then 0.25
        when month(day) = 8 and day(day) between 11 and 16 then 0.45
        else 1.0
    end as activity
from dated;
