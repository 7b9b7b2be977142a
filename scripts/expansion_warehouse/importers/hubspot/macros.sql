create macro said_yes(x) as coalesce(lower(cast(x as varchar)) in ('true', '1', 'yes'), false);

-- Deleted in HubSpot or by a connector, or an earlier version that a connector keeps.
create macro gone(is_deleted, connector_deleted, connector_active) as
    said_yes(is_deleted) or said_yes(connector_deleted) or not said_yes(coalesce(connector_active, 'true'));

-- How words are compared: case, spaces, dashes and underscores do not count.
create macro plain_word(x) as regexp_replace(lower(cast(x as varchar)), '[\s_-]', '', 'g');

-- What a word means by `word=meaning;word=meaning`; NULL where no pair names it.
create macro code_of(x, codes) as list_extract(list_filter(
    [[plain_word(split_part(pair, '=', 1)), trim(split_part(pair, '=', 2))] for pair in string_split(codes, ';')],
    lambda pair: pair[1] = plain_word(x)
), 1)[2];

-- Won, lost, candidate, open: by the flags, else by the stage; a stage that nobody knows stays as it is.
create macro outcome_of(is_won, is_closed, stage) as case
    when said_yes(is_won) then 'won'
    when said_yes(is_closed) then coalesce(
        nullif(nullif(nullif(code_of(stage, getvariable('stages')), 'won'), 'candidate'), 'open'), 'lost'
    )
    when is_closed is null then coalesce(code_of(stage, getvariable('stages')), stage)
    else coalesce(nullif(nullif(code_of(stage, getvariable('stages')), 'won'), 'lost'), 'open')
end;

-- The strongest of somebody's roles, a list with semicolons.
create macro role_of(roles) as coalesce(
    list_extract(list_filter(
        ['decision_maker', 'champion', 'billing', 'user'],
        lambda role: list_contains(
            [code_of(each, getvariable('contact_roles')) for each in string_split(roles, ';')], role
        )
    ), 1),
    nullif(getvariable('contact_role'), '')
);

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

-- A number with six decimals, as the contract has money; as it came where it is none.
create macro as_money(x) as coalesce(cast(try_cast(x as decimal(22, 6)) as varchar), x);
