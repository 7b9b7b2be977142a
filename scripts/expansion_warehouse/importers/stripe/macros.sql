-- How many of its smallest coins make one of a currency, as Stripe counts them.
create macro coins_of(currency) as case
    when contains(getvariable('whole_currencies'), upper(currency)) then '1'
    when contains(getvariable('thousandth_currencies'), upper(currency)) then '1000'
    else '100'
end;

-- A number of at most six decimals; what is none stays as it came.
create macro rounded_money(x) as
    coalesce(times(cast(round(try_cast(x as decimal(38, 12)), 6) as varchar), '1'), x);
