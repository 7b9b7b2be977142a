-- When each account takes each product. Two pairs belong together: nearly every chat customer also has
-- Relate Marketing, and nearly every messaging customer also has chat. The CRM family and the
-- marketing family are taken independently of each other.
create or replace table adoptions as
with openings as (
    select a.n, a.m, a.m - l.start_m as age, openness(a.lagged) as openness
    from account_months as a
    join lives as l on a.n = l.n and a.life = l.life
    where a.life = 1
),

crm as (
    select o.n, min(o.m) as m
    from openings as o
    join company as c on o.n = c.n
    where c.primary_product = 'CRM'
        or (o.age = 0 and draw('crm_first', o.n) < 0.25)
        or (o.age >= 2 and draw('crm_later', o.n, o.m) < 0.010 * o.openness)
    group by o.n
),

marketing as (
    select o.n, min(o.m) as m
    from openings as o
    join company as c on o.n = c.n
    where c.primary_product = 'MARKETING'
        or (o.age = 0 and draw('ma_first', o.n) < 0.12)
        or (o.age >= 2 and draw('ma_later', o.n, o.m) < 0.012 * o.openness)
    group by o.n
),

reports as (
    select o.n, min(o.m) as m
    from openings as o
    join crm as b on o.n = b.n and o.m >= b.m
    where (o.m = b.m and draw('reports_first', o.n) < 0.16)
        or (o.m >= b.m + 2 and draw('reports_later', o.n, o.m) < 0.014 * o.openness)
    group by o.n
),

api as (
    select o.n, min(o.m) as m
    from openings as o
    join reports as b on o.n = b.n and o.m >= b.m
    where draw('api', o.n, o.m) < 0.03 * o.openness
    group by o.n
),

chat as (
    select o.n, min(o.m) as m
    from openings as o
    left join marketing as b on o.n = b.n
    where case
        when draw('chat_alone', o.n) < 0.04 then draw('chat_alone_later', o.n, o.m) < 0.05
        else (o.m = b.m and draw('chat_first', o.n) < 0.22)
            or (o.m > b.m and draw('chat_later', o.n, o.m) < 0.035 * o.openness)
    end
    group by o.n
),

messaging as (
    select o.n, min(o.m) as m
    from openings as o
    join marketing as b on o.n = b.n and o.m >= b.m
    left join chat on o.n = chat.n
    where case
        when draw('messaging_alone', o.n) < 0.05 then draw('messaging_alone_later', o.n, o.m) < 0.04
        else o.m >= chat.m and draw('messaging', o.n, o.m) < 0.06 * o.openness
    end
    group by o.n
)

select n, 'CRM' as product, m from crm
union all select n, 'MARKETING', m from marketing
union all select n, 'REPORTS', m from reports
union all select n, 'API', m from api
union all select n, 'CHAT', m from chat
union all select n, 'MESSAGING', m from messaging;

-- One row per uninterrupted subscription; `end_on` is the first day without it.
create or replace table subscriptions as
with started as (
    select
        l.n,
        l.life,
        a.product,
        l.start_m as life_start_m,
        a.m as start_m,
        case when a.m = l.start_m then l.start_on else month_on(a.m) + pick(28, 'sub_day', l.n, a.product) end as start_on,
        l.end_on as life_end_on
    from lives as l
    join adoptions as a on l.n = a.n
    where l.life = 1

    union all

    select l.n, l.life, c.primary_product, l.start_m, l.start_m, l.start_on, l.end_on
    from lives as l
    join company as c on l.n = c.n
    where l.life = 2
),

-- Unhappy customers drop an add-on before they drop the product.
dropped as (
    select s.n, s.product, min(a.m) as m
    from started as s
    join account_months as a on s.n = a.n and s.life = a.life and a.m >= s.start_m + 3
    where s.product in ('REPORTS', 'API', 'MESSAGING')
        and draw('drops', a.n, a.m, s.product) < 0.10 * logistic((380 - a.lagged) / 40.0)
    group by s.n, s.product
),

ended as (
    select
        s.* exclude (life_end_on),
        life_end_on,
        least(life_end_on, month_on(d.m)) as end_on
    from started as s
    left join dropped as d on s.n = d.n and s.product = d.product and s.life = 1
    -- Nobody signs for a product on the way out.
    where s.start_m = s.life_start_m or life_end_on is null or s.start_on < life_end_on - 75
),

-- Chat Classic is sold until the end of 2024, and its customers move to its successor during 2025.
migrated as (
    select
        *,
        case
            when product = 'CHAT' and start_on < date '2025-01-01'
                then greatest(month_on(month_of(date '2025-01-01') + pick(9, 'migrates', n)), months_after(month_on(start_m), 2))
        end as migrates_on
    from ended
)

select n, life, 'CHAT-CLASSIC' as product, life_start_m, start_m, start_on, least(end_on, migrates_on) as end_on, life_end_on
from migrated
where migrates_on is not null
union all
select
    n, life, product, life_start_m, month_of(coalesce(migrates_on, start_on)), coalesce(migrates_on, start_on),
    end_on, life_end_on
from migrated
where migrates_on is null
    or (migrates_on <= getvariable('as_of_date') and (end_on is null or end_on > migrates_on));

-- Seats and plan of every subscription in every month, as the sum of what happened until then.
create or replace table subscription_months as
with based as (
    select
        s.*,
        c.currency,
        c.billing,
        l.conversion_m,
        case
            when s.product = c.primary_product then c.first_seats
            when s.product in ('CRM', 'MARKETING') then greatest(2, cast(round(c.first_seats * 0.6, 0) as integer))
            when s.product in ('CHAT', 'CHAT-CLASSIC') then 2 + pick(2, 'chat_seats', s.n)
            else greatest(2, cast(round(c.first_seats * 0.8, 0) as integer))
        end as first_seats,
        case
            when s.product in ('CRM', 'MARKETING') then c.first_tier
            when s.product = 'CHAT-CLASSIC' then 1
            when draw('side_tier', s.n, s.product) < 0.85 then 1
            else 2
        end as first_tier,
        case when s.product in ('CRM', 'MARKETING') then 3 when s.product = 'CHAT-CLASSIC' then 1 else 2 end as top_tier
    from subscriptions as s
    join company as c on s.n = c.n
    join lives as l on s.n = l.n and s.life = l.life
),

monthly as (
    select
        b.*,
        a.m,
        a.lagged,
        openness(a.lagged) as openness,
        -- Yearly terms shrink only when they renew.
        case
            when a.m >= b.conversion_m then (a.m - b.conversion_m) % 12 = 0
            when b.billing in ('year', 'two_years') then (a.m - b.life_start_m) % 12 = 0
            else true
        end as may_shrink,
        e.n is not null as won_experiment
    from based as b
    join account_months as a
        on b.n = a.n and b.life = a.life and a.m >= b.start_m and (b.end_on is null or month_on(a.m) < b.end_on)
    left join assignments as e
        on b.n = e.n and e.is_won and month_of(e.closed_on) = a.m
        and b.product = (select primary_product from company where company.n = b.n)
),

changed as (
    select
        *,
        case
            when m < start_m + 2 then 0
            when won_experiment then greatest(1, cast(ceil(first_seats * 0.25) as integer))
            when product not in ('CRM', 'MARKETING', 'CHAT') then 0
            when draw('seats_up', n, m, product) < 0.030 * openness
                then greatest(1, cast(round(first_seats * (0.15 + 0.35 * draw('seats_up_by', n, m, product)), 0) as integer))
            when may_shrink
                and draw('seats_down', n, m, product)
                    < clamp((470 - lagged) / 200.0, 0, 1) * case billing when 'month' then 0.05 else 0.3 end
                then -greatest(1, cast(round(first_seats * 0.3, 0) as integer))
            else 0
        end as seats_change,
        case
            when m < start_m + 2 then 0
            when draw('tier_up', n, m, product) < 0.009 * openness then 1
            when may_shrink
                and draw('tier_down', n, m, product)
                    < clamp((430 - lagged) / 200.0, 0, 1) * case billing when 'month' then 0.02 else 0.12 end
                then -1
            else 0
        end as tier_change
    from monthly
)

select
    n, life, product, m, currency, life_start_m, start_m, start_on, end_on, life_end_on, lagged,
    cast(greatest(2, first_seats + sum(seats_change) over run) as integer) as seats,
    cast(clamp(first_tier + sum(tier_change) over run, 1, top_tier) as integer) as tier,
    seats_change > 0 as is_seats_up,
    won_experiment
from changed
window run as (partition by n, life, product order by m);
