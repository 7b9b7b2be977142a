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

-- The day so many days later.
create macro add_days_to(x, n) as
    coalesce(cast(try_cast(as_day(x) as date) + try_cast(as_number(n) as integer) as varchar), as_day(x));

-- The currency of a row, else the one that the import was told.
create macro known_currency(currency) as coalesce(currency, nullif(getvariable('currency'), ''));

-- The price of a unit less its discount in money.
create macro price_of(unit_price, unit_discount, currency) as case
    when unit_discount is not null then less(as_amount(unit_price, currency), as_amount(unit_discount, currency))
    else as_amount(unit_price, currency)
end;

-- The money of a line and period: what HubSpot computed, else quantity and price less the discount.
create macro net_of(net_price, unit_price, quantity, unit_discount, discount_percent, currency) as coalesce(
    cast(try_cast(as_amount(net_price, currency) as decimal(28, 6)) as varchar),
    times(
        coalesce(quantity, '1'),
        as_money(times(
            price_of(unit_price, unit_discount, currency), less('1', as_share(coalesce(discount_percent, '0')))
        ))
    )
);
