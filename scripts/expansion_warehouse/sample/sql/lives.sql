-- What decides about a month is how it was two and three months ago, so the two months after the
-- last one are decided as well: whose renewal is signed ahead, and who has given notice, follows
-- from what will happen.
create or replace table outlook as
select n, m, lagged
from satisfaction
union all
select n, m + 2, (lag(satisfaction) over (partition by n order by m) + satisfaction) // 2
from satisfaction
qualify m >= getvariable('months') - 2;

-- One row per uninterrupted life of a paying account. A customer can leave only where a billing
-- period ends; each such month is a decision, unhappy customers leave far more often.
create or replace table decisions as
with chances as (
    select
        c.n,
        s.m,
        s.lagged,
        case when s.m >= c.conversion_m then 'year' else c.billing end as mode,
        case when s.m >= c.conversion_m then s.m - c.conversion_m else s.m - c.start_m end as age
    from company as c
    join outlook as s on c.n = s.n and s.m >= c.start_m + 2
    where c.kind in ('paying', 'internal')
),

open as (
    select
        *,
        case mode
            when 'month' then 0.30 * logistic((350 - lagged) / 38.0)
            when 'quarter' then 0.60 * logistic((370 - lagged) / 38.0)
            else 0.88 * logistic((450 - lagged) / 45.0)
        end as unhappy_chance,
        case mode when 'month' then 0.005 when 'quarter' then 0.014 else 0.04 end as other_chance
    from chances
    where age > 0 and age % case mode when 'month' then 1 when 'quarter' then 3 when 'year' then 12 else 24 end = 0
)

select
    *,
    draw('leaves', n, m) < unhappy_chance + other_chance as leaves,
    case
        when draw('cause', n, m) * (unhappy_chance + other_chance) < unhappy_chance then 'low_satisfaction'
        when draw('other_cause', n, m) < 0.32 then 'price'
        when draw('other_cause', n, m) < 0.64 or mode not in ('month', 'quarter') then 'reorganisation'
        else 'non_payment'
    end as cause
from open;

create or replace table lives as
with first_end as (
    select c.n, min(d.m) filter (where d.leaves) as end_m
    from company as c
    left join decisions as d on c.n = d.n
    where c.kind in ('paying', 'internal')
    group by c.n
),

first_life as (
    select
        c.n,
        1 as life,
        c.start_m,
        c.start_on,
        f.end_m,
        months_after(c.start_on, f.end_m - c.start_m) as end_on,
        d.cause,
        c.billing,
        case when c.conversion_m < coalesce(f.end_m, getvariable('months') + 2) then c.conversion_m end as conversion_m
    from company as c
    join first_end as f on c.n = f.n
    left join decisions as d on f.n = d.n and f.end_m = d.m
),

-- Some who left come back after a few months, on monthly billing.
second_start as (
    select n, end_m + 3 + pick(7, 'returns_after', n) as start_m
    from first_life
    where end_m is not null and draw('returns', n) < case cause when 'low_satisfaction' then 0.04 else 0.20 end
),

second_end as (
    select s.n, min(d.m) as end_m
    from second_start as s
    join outlook as d on s.n = d.n and d.m >= s.start_m + 2
    where draw('leaves_again', d.n, d.m) < 0.30 * logistic((350 - d.lagged) / 38.0)
    group by s.n
),

second_life as (
    select
        s.n,
        2 as life,
        s.start_m,
        month_on(s.start_m) as start_on,
        e.end_m,
        month_on(e.end_m) as end_on,
        case when e.end_m is not null then 'low_satisfaction' end as cause,
        'month' as billing,
        cast(null as integer) as conversion_m
    from second_start as s
    left join second_end as e on s.n = e.n
    where s.start_m < getvariable('months')
)

select * from first_life
union all by name
select * from second_life;

-- `end_on` is the first day without the service, up to two months ahead; NULL while the customer stays.
create or replace table account_months as
select l.n, l.life, s.m, s.satisfaction, s.lagged, s.has_incident, s.has_delight
from lives as l
join satisfaction as s
    on l.n = s.n and s.m >= l.start_m and (l.end_on is null or month_on(s.m) < l.end_on);
