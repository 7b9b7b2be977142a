-- The hidden truth: satisfaction of every account in every month, 0 to 1000. A base, eight months of
-- small shocks that make the path move slowly, incidents that hurt for half a year and delights
-- that help for some months. Whole numbers, because sums of floats depend on their order.
create or replace table satisfaction as
with shocked as (
    select
        n,
        m,
        cast(round(34 * bell('shock', n, m), 0) as integer) as shock,
        case when draw('incident', n, m) < 0.028
            then -260 - cast(round(220 * draw('depth', n, m), 0) as integer) else 0
        end as incident,
        case when draw('delight', n, m) < 0.015 then 130 else 0 end as delight
    from company
    cross join (select cast(range as integer) as m from range(-8, getvariable('months'))) as spine
),

summed as (
    select
        n,
        m,
        incident,
        delight,
        690 + cast(round(95 * bell('base', n), 0) as integer)
        + sum(shock) over (partition by n order by m rows 7 preceding)
        + min(incident) over (partition by n order by m rows 6 preceding)
        + max(delight) over (partition by n order by m rows 4 preceding) as level
    from shocked
),

clamped as (
    select n, m, incident < 0 as has_incident, delight > 0 as has_delight,
        cast(clamp(level, 20, 990) as integer) as satisfaction
    from summed
)

select
    clamped.*,
    -- What a customer decides today follows from how it was two and three months ago: there is
    -- time to see it coming.
    cast(
        (
            lag(satisfaction, 3, satisfaction) over (partition by n order by m)
            + lag(satisfaction, 2, satisfaction) over (partition by n order by m)
        ) // 2 as integer
    ) as lagged
from clamped;

-- 0 for the unhappy, 1 for the content, 1.6 at most: how open an account is to buying more.
create or replace macro openness(s) as clamp((s - 400) / 300.0, 0.02, 1.6);
