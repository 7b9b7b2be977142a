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

-- A field by its name, of a row that became JSON; NULL without a name.
create macro field_of(row_json, name) as
    nullif(json_extract_string(row_json, coalesce(nullif(name, ''), 'no field is named')), '');

-- The currency of a row, else the one that the import was told.
create macro known_currency(currency) as coalesce(currency, nullif(getvariable('currency'), ''));

-- The money of a line: what Salesforce adds up, else quantity and price less the discount in percent.
create macro total_of(total_price, unit_price, quantity, discount, currency) as coalesce(
    cast(try_cast(as_amount(total_price, currency) as decimal(28, 6)) as varchar),
    times(
        coalesce(quantity, '1'),
        as_money(times(as_amount(unit_price, currency), less('1', as_share(coalesce(discount, '0')))))
    )
);

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
