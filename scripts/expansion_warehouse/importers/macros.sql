-- What the SQL of a system may call. Every macro takes text (a value of another type is taken as its
-- text) and gives text: translated where it can be read, as it came where it cannot, so that a broken
-- value arrives and the warehouse says what is wrong with it. The rules are the functions of
-- `spelling.py`; what is written in the usual ways stays in SQL, which is much faster and says the
-- same.

-- Whole seconds since 1970, of the years 2001 to 2033: later ones may be a day and an hour as well.
create macro is_epoch(x) as regexp_full_match(x, '1[0-9]{9}');

create macro epoch_text(x)
as strftime(make_timestamp(cast(x as bigint) * 1000000), '%Y-%m-%dT%H:%M:%SZ');

-- The ISO day of any accepted spelling: ISO and slashed days, midnights, epochs. A moment that is no
-- midnight stays a moment: which day it belongs to is the business time zone's to say.
create macro as_day(x) as case
    when regexp_full_match(cast(x as varchar), '[0-9]{4}-[0-9]{2}-[0-9]{2}') then cast(x as varchar)
    when is_epoch(cast(x as varchar)) then replace(epoch_text(x), 'T00:00:00Z', '')
    else spelled_day(cast(x as varchar))
end;

-- The ISO moment of any accepted spelling: in UTC with a Z where its offset is known, else by the
-- clocks that wrote it. A day without a time stays a day.
create macro as_moment(x) as case
    when regexp_full_match(
        cast(x as varchar), '[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?Z?'
    )
        then replace(cast(x as varchar), ' ', 'T')
    when is_epoch(cast(x as varchar)) then epoch_text(x)
    else spelled_moment(cast(x as varchar))
end;

-- The day of a moment by the clocks of a zone; a moment without an offset is one of UTC, a day stays.
create macro day_in_zone(x, zone) as case
    when regexp_full_match(cast(x as varchar), '[0-9]{4}-[0-9]{2}-[0-9]{2}') then cast(x as varchar)
    else day_by_clocks(cast(x as varchar), zone)
end;

create macro day_before(x) as days_later(as_day(x), -1);

create macro day_after(x) as days_later(as_day(x), 1);

-- The day so many months later; the last day of a shorter month stands for those that it lacks.
create macro add_months_to(x, n) as months_later(as_day(x), cast(n as varchar));

-- ---- What CRMs and help desks have in common ----

create macro said_yes(x) as coalesce(lower(cast(x as varchar)) in ('true', '1', 'yes'), false);

-- Deleted in the system or by a connector, or an earlier version that a connector keeps.
create macro gone(is_deleted, connector_deleted, connector_active) as
    said_yes(is_deleted) or said_yes(connector_deleted) or not said_yes(coalesce(connector_active, 'true'));

-- How words are compared: case, spaces, dashes and underscores do not count.
create macro plain_word(x) as regexp_replace(lower(cast(x as varchar)), '[\s_-]', '', 'g');

-- What a word means by `word=meaning;word=meaning`; NULL where no pair names it.
create macro code_of(x, codes) as list_extract(list_filter(
    [[plain_word(split_part(pair, '=', 1)), trim(split_part(pair, '=', 2))] for pair in string_split(codes, ';')],
    lambda pair: pair[1] = plain_word(x)
), 1)[2];

-- Won, lost, candidate, open: by the flags, else by the codes of stages; a stage that nobody knows stays as it is.
create macro outcome_of(is_won, is_closed, stage, codes) as case
    when said_yes(is_won) then 'won'
    when said_yes(is_closed) then coalesce(
        nullif(nullif(nullif(code_of(stage, codes), 'won'), 'candidate'), 'open'), 'lost'
    )
    when is_closed is null then coalesce(code_of(stage, codes), stage)
    else coalesce(nullif(nullif(code_of(stage, codes), 'won'), 'lost'), 'open')
end;

-- The strongest of somebody's roles, a list with semicolons; without one, what is said of the others.
create macro strongest_role(roles, codes, of_others) as coalesce(
    list_extract(list_filter(
        ['decision_maker', 'champion', 'billing', 'user'],
        lambda role: list_contains([code_of(each, codes) for each in string_split(roles, ';')], role)
    ), 1),
    nullif(of_others, '')
);
