-- Every random choice is a hash of the seed, the purpose and the keys of the row, so that it depends
-- neither on the order of rows nor on threads. The second hash breaks the pattern that the
-- combination of several keys leaves between two purposes.
create or replace macro mixed
    (purpose, a) as hash(hash(getvariable('seed'), purpose, a)),
    (purpose, a, b) as hash(hash(getvariable('seed'), purpose, a, b)),
    (purpose, a, b, c) as hash(hash(getvariable('seed'), purpose, a, b, c)),
    (purpose, a, b, c, d) as hash(hash(getvariable('seed'), purpose, a, b, c, d));

-- Uniform in [0, 1).
create or replace macro draw
    (purpose, a) as (mixed(purpose, a) >> 11) / 9007199254740992.0,
    (purpose, a, b) as (mixed(purpose, a, b) >> 11) / 9007199254740992.0,
    (purpose, a, b, c) as (mixed(purpose, a, b, c) >> 11) / 9007199254740992.0,
    (purpose, a, b, c, d) as (mixed(purpose, a, b, c, d) >> 11) / 9007199254740992.0;

-- A whole number from 0 to n - 1.
create or replace macro pick
    (n, purpose, a) as cast(floor(draw(purpose, a) * n) as integer),
    (n, purpose, a, b) as cast(floor(draw(purpose, a, b) * n) as integer),
    (n, purpose, a, b, c) as cast(floor(draw(purpose, a, b, c) * n) as integer);

-- Mean 0, deviation 1: the sum of four 16-bit parts of one hash is close enough to a normal.
create or replace macro bell_of(h) as (
    cast(h & 65535 as double) + cast((h >> 16) & 65535 as double)
    + cast((h >> 32) & 65535 as double) + cast(h >> 48 as double) - 131070
) / 37837.2;

create or replace macro bell
    (purpose, a) as bell_of(mixed(purpose, a)),
    (purpose, a, b) as bell_of(mixed(purpose, a, b)),
    (purpose, a, b, c) as bell_of(mixed(purpose, a, b, c));

-- How many times something happens whose mean is `mean`: its whole part, and the rest by chance.
create or replace macro times
    (mean, purpose, a, b) as cast(floor(mean + draw(purpose, a, b)) as integer),
    (mean, purpose, a, b, c) as cast(floor(mean + draw(purpose, a, b, c)) as integer);

create or replace macro clamp(x, low, high) as least(greatest(x, low), high);
create or replace macro logistic(x) as 1 / (1 + exp(-x));
