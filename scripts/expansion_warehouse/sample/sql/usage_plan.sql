-- Who works with what in each month: the base of the usage events. An account's satisfaction decides
-- how often its people work with the product, and how many of its features.
create or replace table usage_months as
select
    b.n,
    b.m,
    b.account_id,
    b.product,
    b.country,
    b.seats,
    greatest(b.start_on, month_on(b.m)) as first_day,
    least(b.end_on - 1, last_day(month_on(b.m)), getvariable('as_of_date')) as last_day,
    clamp(0.90 * t.satisfaction / 1000.0 - 0.12, 0.03, 0.80) as diligence
from base_months as b
join satisfaction as t on b.n = t.n and b.m = t.m

union all

-- The free plan: one person looks in now and then.
select
    c.n, t.m, c.account_id, c.primary_product, c.country, 1,
    greatest(c.start_on, month_on(t.m)), last_day(month_on(t.m)), 0.15
from company as c
join months as t on t.m >= c.start_m
where c.kind = 'free_only';

-- The features that the people of an account use in a month, numbered from 0. A key feature is used
-- twice as often, so it is twice in the list; everybody logs in.
create or replace table usage_features as
with held as (
    select b.n, b.m, b.product, s.product as feature_product, s.tier
    from base_months as b
    join subscription_months as s
        on b.n = s.n and b.m = s.m and b.life = s.life
        and b.product = case s.product
            when 'REPORTS' then 'CRM' when 'API' then 'CRM' when 'MESSAGING' then 'MARKETING' else s.product
        end

    union all

    select c.n, t.m, c.primary_product, c.primary_product, 0
    from company as c
    join months as t on t.m >= c.start_m
    where c.kind = 'free_only'
),

adopted as (
    select h.n, h.m, h.product, h.feature_product, f.feature_key, w.weight
    from held as h
    join satisfaction as t on h.n = t.n and h.m = t.m
    join feature_catalogue as f on h.feature_product = f.product_id and f.tier_rank <= h.tier
    join (values (1), (2)) as w(weight) on w.weight = 1 or f.is_key_feature
    where draw('adopts', h.n, h.feature_product, f.feature_key) < clamp(1.75 * t.satisfaction / 1000.0 - 0.20, 0.08, 1)

    union all

    select n, m, product, product, 'login', 1
    from held
    where product = feature_product
)

select
    *,
    row_number() over (partition by n, m, product order by feature_product, feature_key, weight) - 1 as place
from adopted;

create or replace table usage_choices as
select n, m, product, count(*) as choices
from usage_features
group by n, m, product;

-- One row per person and day with any activity in month m.
create or replace macro active_days(month_number) as table
select u.n, u.m, u.account_id, u.product, u.country, d.day, p.person
from usage_months as u
join days as d on u.m = d.m and d.day between u.first_day and u.last_day
join (select cast(range as integer) + 1 as person from range((select max(seats) from usage_months))) as p
    on p.person <= u.seats
where u.m = month_number
    and draw('works', u.n, u.product, p.person, d.day)
        < u.diligence * d.activity * (0.7 + 0.6 * draw('diligence', u.n, u.product, p.person))
    -- The evening of the last day abroad is already after the as-of date in Tokyo.
    and (u.country = 'JP' or d.day < getvariable('as_of_date'));
