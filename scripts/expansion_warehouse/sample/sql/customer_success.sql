-- Seats and base products of an account in a month: users belong to the products that are no add-ons.
create or replace table base_months as
select s.*, c.account_id, c.country
from subscription_months as s
join company as c on s.n = c.n
where s.product in ('CRM', 'MARKETING', 'CHAT', 'CHAT-CLASSIC');

-- Seats are metered every Monday, storage and calls at the end of the month. Who is about to buy
-- seats has first filled those there are.
insert into raw.usage_meters by name
with fills as (
    select
        b.*,
        p.storage_gb_limit,
        p.api_call_limit,
        clamp(
            case
                when lead(b.is_seats_up) over ahead or lead(b.is_seats_up, 2) over ahead then 0.97
                else 0.42 + 0.00045 * b.lagged
            end + 0.10 * bell('fill', b.n, b.m, b.product),
            0.15, 1.08
        ) as fill
    from base_months as b
    join plan_catalogue as p on b.product = p.product_id and b.tier = p.tier_rank
    window ahead as (partition by b.n, b.life, b.product order by b.m)
),

weekly_seats as (
    select f.account_id, f.product as product_id, 'seats' as meter, d.day as measured_on, round(f.seats * f.fill, 0) as used
    from fills as f
    join days as d on f.m = d.m and isodow(d.day) = 1
    where d.day >= f.start_on and (f.end_on is null or d.day < f.end_on)
),

month_end_meters as (
    select
        account_id, product as product_id,
        unnest(['storage_gb', 'api_calls']) as meter,
        last_day(month_on(m)) as measured_on,
        unnest([
            round(storage_gb_limit * clamp(fill - 0.2 + 0.15 * bell('storage', n, m), 0.02, 1.1), 1),
            round(api_call_limit * clamp(fill - 0.4 + 0.2 * bell('calls', n, m), 0, 1.1), 0)
        ]) as used
    from fills
    where end_on is null or last_day(month_on(m)) < end_on
)

select * from weekly_seats
union all
select * from month_end_meters where used is not null;

-- Unhappy customers write more and graver tickets and are less content with the answers.
create or replace table tickets as
with monthly as (
    select
        n, m, any_value(account_id) as account_id, sum(seats) as seats, max(lagged) as lagged
    from base_months
    group by n, m
),

counted as (
    select
        t.*,
        s.satisfaction,
        unnest(range(times(
            (0.10 + 0.010 * seats) * exp(clamp((700 - s.satisfaction) / 130.0, -1.5, 3.2)) * 0.5, 'tickets', t.n, t.m
        ))) as i
    from monthly as t
    join satisfaction as s on t.n = s.n and t.m = s.m
),

opened as (
    select
        *,
        'T-' || account_id || '-' || strftime(month_on(m), '%Y%m') || '-' || i as ticket_id,
        cast(month_on(m) + pick(day(last_day(month_on(m))), 'ticket_day', n, m, i) as timestamp)
        + to_seconds(pick(36000, 'ticket_time', n, m, i)) as opened_at,
        draw('severity', n, m, i) - clamp((450 - satisfaction) / 3000.0, 0, 0.1) as gravity
    from counted
)

select
    *,
    case when gravity < 0.03 then 1 when gravity < 0.16 then 2 when gravity < 0.60 then 3 else 4 end as severity,
    opened_at + to_hours(cast(round(
        case when gravity < 0.16 then 20 else 60 end
        * (0.2 + 2 * draw('hours', n, m, i) + clamp((500 - satisfaction) / 200.0, 0, 2)), 0
    ) as integer)) as closed_at,
    case when draw('csat_given', n, m, i) < 0.55
        then cast(clamp(round(0.3 + satisfaction / 175.0 + 0.7 * bell('csat', n, m, i), 0), 1, 5) as integer)
    end as csat
from opened;

insert into raw.support_tickets by name
select
    ticket_id,
    account_id,
    opened_at,
    case when closed_at < as_of_end then closed_at end as closed_at,
    severity,
    case
        when draw('topic', n, m, i) < 0.07 then 'limit'
        when draw('topic', n, m, i) < 0.13 then 'higher_feature'
        when draw('topic', n, m, i) < 0.25 then 'billing'
        when draw('topic', n, m, i) < 0.55 then 'bug'
        when draw('topic', n, m, i) < 0.90 then 'how_to'
        else 'other'
    end as topic,
    case when closed_at < as_of_end then csat end as csat,
    opened_at as recorded_at
from tickets
cross join (select cast(getvariable('as_of_date') + 1 as timestamp) - interval 9 hour as as_of_end)
where opened_at < as_of_end;

-- A recommendation survey every quarter, to one or two people; some also rate effort and satisfaction.
insert into raw.survey_responses by name
with asked as (
    select
        b.n, b.m, any_value(b.account_id) as account_id, any_value(s.satisfaction) as satisfaction
    from base_months as b
    join satisfaction as s on b.n = s.n and b.m = s.m
    where (b.n + b.m) % 3 = 0
    group by b.n, b.m
),

answered as (
    select *, unnest(range(1, 3)) as person, unnest(['nps', 'nps']) as survey
    from asked
    union all
    select *, 1, 'ces' from asked
    union all
    select *, 1, 'csat' from asked
),

kept as (
    select
        *,
        cast(month_on(m) + pick(28, 'survey_day', n, m) as timestamp)
        + to_seconds(pick(36000, 'survey_time', n, m, person)) as responded_at
    from answered
    where draw('answers', n, m, person, survey) < case survey when 'nps' then 0.72 else 0.12 end
)

select
    'S-' || account_id || '-' || strftime(month_on(m), '%Y%m') || '-' || survey || '-' || person as response_id,
    account_id,
    account_id || '-P' || person as respondent_id,
    responded_at,
    survey,
    cast(case survey
        when 'nps' then clamp(round(satisfaction / 83.0 + 0.2 + 1.1 * bell('nps', n, m, person), 0), 0, 10)
        when 'ces' then clamp(round(satisfaction / 140.0 + 0.8 * bell('ces', n, m), 0), 1, 7)
        else clamp(round(satisfaction / 180.0 + 0.6 * bell('survey_csat', n, m), 0), 1, 5)
    end as integer) as score,
    responded_at + interval 10 minute as recorded_at
from kept;

-- The machines that watch the product; none of them uses it.
insert into raw.users by name
select
    unnest(['S-MONITOR', 'S-BACKUP']) as user_id,
    'service' as kind;
