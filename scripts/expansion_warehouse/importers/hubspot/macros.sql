-- The billing period of a frequency as `unit interval`; NULL for one that nobody knows.
create macro period_of(frequency) as code_of(
    frequency,
    'weekly=week 1;biweekly=week 2;every two weeks=week 2;monthly=month 1;quarterly=quarter 1;'
    || 'per six months=half_year 1;semi-annually=half_year 1;every six months=half_year 1;annually=year 1;'
    || 'yearly=year 1;'
    || 'per two years=year 2;every two years=year 2;per three years=year 3;every three years=year 3;'
    || 'per four years=year 4;every four years=year 4;per five years=year 5;every five years=year 5'
);

-- Months of a term such as `P12M`, `P1Y` or `12`; any other form is left as it is.
create macro months_of(term) as case
    when regexp_full_match(term, '(?i)P\d+M') then regexp_extract(term, '\d+')
    when regexp_full_match(term, '(?i)P\d+Y') then times(regexp_extract(term, '\d+'), '12')
    when regexp_full_match(term, '\d+ months?') then regexp_extract(term, '\d+')
    else as_number(term)
end;

-- A number less another one, exact; the number as it came where one of them cannot be read.
create macro less(x, y) as coalesce(
    cast(try_cast(as_number(x) as decimal(28, 12)) - try_cast(as_number(y) as decimal(28, 12)) as varchar), x
);

-- The day so many days later.
create macro add_days_to(x, n) as
    coalesce(cast(try_cast(as_day(x) as date) + try_cast(as_number(n) as integer) as varchar), as_day(x));

-- The money of a line and period: what HubSpot computed, else quantity and price less the discount.
create macro net_of(net_price, unit_price, quantity, unit_discount, discount_percent) as coalesce(
    try_cast(as_number(net_price) as decimal(28, 6)),
    cast(
        try_cast(as_number(coalesce(quantity, '1')) as decimal(18, 6))
        * cast(
            (
                try_cast(as_number(unit_price) as decimal(18, 6))
                - coalesce(try_cast(as_number(unit_discount) as decimal(18, 6)), 0)
            ) * (1 - coalesce(try_cast(divided(as_number(discount_percent), '100') as decimal(12, 6)), 0))
            as decimal(18, 6)
        ) as decimal(28, 6)
    )
);
