-- Who works with what in each month: the base of the usage events. An account's satisfaction decides
-- how often its people work with the product, and how many of its features.
create or replace table usage_months as
with adopted as (
    select
        b.n, b.m, b.product,
        -- A key feature is used twice as often, so it is twice in the list.
        list([s.product, f.feature_key] order by f.feature_key, s.product, w.weight) as features
    from base_months as b
    join subscription_months as s
        on b.n = s.n and b.m = s.m and b.life = s.life
        and (s.product = b.product or (b.product = 'CRM' and s.product in ('REPORTS', 'API')) or (b.product = 'MARKETING' and s.product = 'MESSAGING'))
    join satisfaction as t on b.n = t.n and b.m = t.m
    join feature_catalogue as f on s.product = f.product_id and f.tier_rank <= s.tier
    join (values (1), (2)) as w(weight) on w.weight = 1 or f.is_key_feature
    where draw('adopts', b.n, s.product, f.feature_key) < clamp(1.75 * t.satisfaction / 1000.0 - 0.20, 0.08, 1)
    group by b.n, b.m, b.product
)

select
    b.n,
    b.m,
    b.account_id,
    b.product,
    b.country,
    b.seats,
    greatest(b.start_on, month_on(b.m)) as first_day,
    least(b.end_on - 1, last_day(month_on(b.m)), getvariable('as_of_date')) as last_day,
    clamp(0.90 * t.satisfaction / 1000.0 - 0.12, 0.03, 0.80) as activity,
    coalesce(a.features, [[b.product, 'login']]) as features
from base_months as b
join satisfaction as t on b.n = t.n and b.m = t.m
left join adopted as a on b.n = a.n and b.m = a.m and b.product = a.product

union all

-- The free plan: one person looks in now and then.
select
    c.n, t.m, c.account_id, c.primary_product, c.country, 1,
    greatest(c.start_on, month_on(t.m)), last_day(month_on(t.m)), 0.15,
    list_value([c.primary_product, 'login'], [c.primary_product, case c.primary_product when 'CRM' then 'crm_contacts' else 'ma_forms' end])
from company as c
join months as t on t.m >= c.start_m
where c.kind = 'free_only';

-- One row per person and day with any activity in month m.
create or replace macro active_days(month_number) as table
select
    u.n, u.m, u.account_id, u.product, u.country, u.features, d.day, cast(p.range as integer) as person
from usage_months as u
join days as d on u.m = d.m and d.day between u.first_day and u.last_day
join lateral (select range from range(1, u.seats + 1)) as p on true
where u.m = month_number
    and draw('works', u.n, u.product, p.range, d.day)
        < u.activity * d.activity * (0.7 + 0.6 * draw('diligence', u.n, u.product, p.range))
    -- The evening of the last day abroad is already after the as-of date in Tokyo.
    and (u.country = 'JP' or d.day < getvariable('as_of_date'));
