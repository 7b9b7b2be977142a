-- Segment writes every moment by the clocks of UTC, with or without saying so.
create macro utc_moment(x) as case
    when regexp_full_match(as_moment(x), '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+') then as_moment(x) || 'Z'
    else as_moment(x)
end;

create macro is_listed(x, names)
as coalesce(
    list_contains(list_transform(string_split(lower(names), ','), lambda name: trim(name)), lower(trim(cast(x as varchar)))),
    false
);
