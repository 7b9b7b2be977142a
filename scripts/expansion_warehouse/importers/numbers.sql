-- The macros of numbers and money, by the promise of `macros.sql`: text in, text out.

-- Plain digits with a point.
create macro as_number(x) as case
    when regexp_full_match(cast(x as varchar), '-?[0-9]+([.][0-9]+)?') then cast(x as varchar)
    else spelled_number(cast(x as varchar))
end;

-- An amount of a currency as plain digits: marks of the currency may stand beside it.
create macro as_amount(x, currency) as case
    when regexp_full_match(cast(x as varchar), '-?[0-9]+([.][0-9]+)?') then cast(x as varchar)
    else coalesce(plain_amount(cast(x as varchar), cast(currency as varchar)), as_number(x))
end;

-- Digits with which a product fits into a decimal; two decimals of 18 digits would make one of 18.
create macro is_short(x) as regexp_full_match(x, '-?[0-9]{1,12}([.][0-9]{1,6})?');

-- Exact. Of two numbers of which one cannot be read, that one: its row is refused for it. What the warehouse could
-- read nevertheless (a mark of a currency, a percentage) comes with what was to be done with it: `$300 ÷ 12`.
create macro times(x, factor) as case
    when is_short(cast(x as varchar)) and is_short(cast(factor as varchar))
        then rtrim(
            rtrim(cast(cast(x as decimal(19, 6)) * cast(factor as decimal(19, 6)) as varchar), '0'), '.'
        )
    else exact_product(cast(x as varchar), cast(factor as varchar))
end;

-- Exact to 12 places, halves away from zero; NULL where the divisor is zero.
create macro divided(x, y)
as nullif(exact_quotient(cast(x as varchar), cast(y as varchar)), '');

-- A percentage as the share that it is of a hundred, whether its sign is written or not.
create macro as_share(x) as case
    when regexp_matches(cast(x as varchar), '[%％]\s*$') then coalesce(plain_ratio(cast(x as varchar)), cast(x as varchar))
    else divided(x, '100')
end;

create macro less(x, y) as case
    when is_short(cast(x as varchar)) and is_short(cast(y as varchar))
        then rtrim(
            rtrim(cast(cast(x as decimal(19, 6)) - cast(y as decimal(19, 6)) as varchar), '0'), '.'
        )
    else exact_difference(cast(x as varchar), cast(y as varchar))
end;

-- A sum over rows; where some cannot be read, one of them.
create macro added_up(x) as coalesce(
    max(x) filter (x is not null and try_cast(x as decimal(38, 12)) is null),
    cast(sum(try_cast(x as decimal(38, 12))) as varchar)
);

-- An amount in a unit that stands outside of it, as a header says 千円; one with a unit of its own (`5万円`) may be
-- meant in one or the other: it comes as `5万円 × 1000`, which nobody reads.
create macro in_unit(x, currency, factor) as case
    when is_short(cast(x as varchar)) and is_short(cast(factor as varchar)) then times(x, factor)
    else in_stated_unit(cast(x as varchar), coalesce(cast(currency as varchar), ''), cast(factor as varchar))
end;

create macro negated(x) as times(x, '-1');

-- An amount in the smallest coins of its currency as one in the currency itself; a currency that is
-- not in seed `currencies` has two places. Without a currency the amount stays: nobody knows.
create macro minor_units(amount, currency) as case
    when currency is null then as_number(amount)
    else times(amount, coalesce(getvariable('coins')[upper(trim(currency))], '0.01'))
end;

-- A number with six decimals, as the contract has money.
create macro as_money(x) as coalesce(cast(try_cast(x as decimal(22, 6)) as varchar), x);
