-- An id of 15 characters with its checksum, so that it meets the same id of 18: for each five of them one character,
-- by which of the five are capitals. An id has a digit in its first three characters; anything else is left as it is.
create macro salesforce_id(x) as case
    when regexp_full_match(x, '(\d\w\w|\w\d\w|\w\w\d)[A-Za-z0-9]{12}') then x || array_to_string(list_transform(
        [1, 6, 11],
        lambda start: substr(
            'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345',
            1 + cast('0b' || translate(
                reverse(substr(x, start, 5)),
                'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
                repeat('1', 26) || repeat('0', 36)
            ) as integer),
            1
        )
    ), '')
    else x
end;

create macro said_yes(x) as coalesce(lower(cast(x as varchar)) in ('true', '1', 'yes'), false);

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

-- A field by its name, of a row that became JSON; NULL without a name.
create macro field_of(row_json, name) as
    nullif(json_extract_string(row_json, coalesce(nullif(name, ''), 'no field is named')), '');

-- The money of a line: what Salesforce adds up, else quantity and price less the discount in percent.
create macro total_of(total_price, unit_price, quantity, discount) as coalesce(
    try_cast(as_number(total_price) as decimal(28, 6)),
    cast(
        try_cast(as_number(coalesce(quantity, '1')) as decimal(18, 6))
        * cast(
            try_cast(as_number(unit_price) as decimal(18, 6))
            * (1 - coalesce(try_cast(divided(as_number(discount), '100') as decimal(12, 6)), 0))
            as decimal(18, 6)
        ) as decimal(28, 6)
    )
);

-- Deleted in Salesforce or by a connector, or an earlier version that a connector keeps.
create macro gone(is_deleted, connector_deleted, connector_active) as
    said_yes(is_deleted) or said_yes(connector_deleted) or not said_yes(coalesce(connector_active, 'true'));

-- A line of a report that is no record: at most one of its cells is filled.
create macro is_remark(row_json) as
    len(list_filter(json_extract_string(row_json, '$.*'), lambda cell: trim(cell) <> '')) <= 1;

-- A day in the order of the report's language; in any other form it is left as it is.
create macro report_day(x) as case
    when getvariable('date_order') in ('mdy', 'dmy')
        and regexp_full_match(x, '\d{1,2}[/.-]\d{1,2}[/.-]\d{4}([ ,].*)?')
        then concat_ws(
            '-',
            regexp_extract(x, '(\d{4})', 1),
            lpad(
                regexp_extract(x, '^(\d+).(\d+)', case when getvariable('date_order') = 'mdy' then 1 else 2 end), 2, '0'
            ),
            lpad(
                regexp_extract(x, '^(\d+).(\d+)', case when getvariable('date_order') = 'mdy' then 2 else 1 end), 2, '0'
            )
        ) || coalesce(nullif(regexp_extract(x, '^\S+(.*)$', 1), ''), '')
    else x
end;

-- A number with six decimals, as the contract has money; as it came where it is none.
create macro as_money(x) as coalesce(cast(try_cast(x as decimal(22, 6)) as varchar), x);
