-- Visits, mails and interest in the upper plan; who is about to take a higher plan looks at it first.
insert into raw.engagement_events by name
with monthly as (
    select
        b.n, b.m, any_value(b.account_id) as account_id,
        any_value(s.satisfaction) as satisfaction,
        max(b.tier) as tier
    from base_months as b
    join satisfaction as s on b.n = s.n and b.m = s.m
    group by b.n, b.m
),

looked as (
    select *, coalesce(lead(tier) over ahead > tier or lead(tier, 2) over ahead > tier, false) as goes_up
    from monthly
    window ahead as (partition by n order by m)
),

counted as (
    select
        n, m, account_id,
        unnest(['site_visit', 'upper_plan_page_view', 'comparison_download', 'email_open', 'email_click']) as kind,
        unnest([
            times(0.4 + satisfaction / 600.0, 'site_visit', n, m),
            times(case when goes_up then 3.4 else 0.10 end, 'upper_plan', n, m),
            times(case when goes_up then 0.5 when satisfaction < 400 then 0.15 else 0.02 end, 'download', n, m),
            times(0.2 + satisfaction / 500.0, 'email_open', n, m),
            times(satisfaction / 2500.0, 'email_click', n, m)
        ]) as events
    from looked
),

single as (
    select *, unnest(range(events)) as i from counted
)

select
    'G-' || account_id || '-' || strftime(month_on(m), '%Y%m') || '-' || kind || '-' || i as event_id,
    account_id,
    cast(month_on(m) + pick(day(last_day(month_on(m))) - 1, 'engaged_day' || kind, n, m, i) as timestamp)
    + to_seconds(pick(50000, 'engaged_time' || kind, n, m, i)) as occurred_at,
    kind
from single;

-- Signals: some at random, a success after a delight, a reorganisation before it costs the customer.
insert into raw.account_signals by name
with random_signals as (
    select
        n, m,
        case pick(5, 'signal_kind', n, m)
            when 0 then 'expansion' when 1 then 'new_service' when 2 then 'press_release' when 3 then 'review'
            else 'reorganisation'
        end as kind
    from account_months
    where draw('signal', n, m) < 0.025
),

found as (
    select n, m, kind from random_signals
    union
    select n, m, 'success' from account_months where has_delight
    union
    select n, greatest(end_m - 2, start_m), 'reorganisation' from lives where cause = 'reorganisation'
)

select
    'SIG-' || c.account_id || '-' || strftime(month_on(f.m), '%Y%m') || '-' || f.kind as signal_id,
    c.account_id,
    cast(month_on(f.m) + pick(28, 'signal_day', f.n, f.m) as timestamp) + interval 2 hour as occurred_at,
    f.kind
from found as f
join company as c on f.n = c.n;
