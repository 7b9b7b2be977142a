-- Billing periods of a life. An open period (monthly, quarterly) ends only where the customer leaves or
-- moves to yearly terms; a yearly term ends and is renewed. Terms that begin in the two months after
-- the last one are made too: what of them is signed and entered by the as-of date is delivered.
create or replace table periods as
with open_periods as (
    select
        n, life, 0 as period, start_on as period_start, cast(null as date) as period_end,
        case when conversion_m is not null then months_after(start_on, conversion_m - start_m) end as converts_on,
        billing as mode,
        1 as term_months
    from lives
    where billing in ('month', 'quarter')
),

yearly as (
    select
        n, life, end_on,
        case when billing in ('month', 'quarter') then months_after(start_on, conversion_m - start_m) else start_on end as anchor,
        case when billing in ('month', 'quarter') then 1 else 0 end as first_period,
        case billing when 'two_years' then 24 else 12 end as term_months
    from lives
    where billing not in ('month', 'quarter') or conversion_m is not null
),

terms as (
    select
        n, life,
        first_period + k as period,
        months_after(anchor, k * term_months) as period_start,
        cast(months_after(anchor, (k + 1) * term_months) as date) as period_end,
        cast(null as date) as converts_on,
        'year' as mode,
        term_months
    from yearly
    cross join (select cast(range as integer) as k from range(getvariable('months') // 12 + 2)) as counter
    where (end_on is null or months_after(anchor, k * term_months) < end_on)
        and months_after(anchor, k * term_months) < month_on(getvariable('months') + 2)
)

select * from open_periods
union all by name
select * from terms;

-- One row per contract line. `stop_on` is the first day on which it is gone; `ends_on` what was agreed.
create or replace table lines as
with overlapping as (
    select
        s.n, s.life, s.product, s.start_on as sub_start, s.end_on as sub_end, s.life_end_on, s.life_start_m,
        p.period, p.mode, p.term_months, p.period_start, p.period_end, p.converts_on,
        greatest(s.start_on, p.period_start) as line_start,
        least(s.end_on, p.period_end, p.converts_on) as stop_on,
        count(*) over (partition by s.n, s.product order by s.life, p.period) as seq
    from subscriptions as s
    join periods as p
        on s.n = p.n and s.life = p.life
        and (s.end_on is null or p.period_start < s.end_on)
        and (coalesce(p.period_end, p.converts_on) is null or coalesce(p.period_end, p.converts_on) > s.start_on)
),

named as (
    select
        o.*,
        c.account_id,
        c.currency,
        c.reseller_id,
        c.is_ramp,
        c.has_price_guarantee,
        c.account_id || '-' || o.product || '-' || o.seq as line_id,
        o.mode = 'year' and o.line_start > o.period_start as is_stub,
        l.cause,
        o.stop_on is not null and o.stop_on = o.life_end_on as ends_life
    from overlapping as o
    join company as c on o.n = c.n
    join lives as l on o.n = l.n and o.life = l.life
),

priced as (
    select
        *,
        case when is_stub or mode = 'month' then 'month' else mode end as billing_unit,
        case when mode = 'year' and not is_stub then term_months // 12 else 1 end as billing_interval,
        -- Paying ahead is cheaper: 3 % by the quarter, 15 % by the year, 20 % for two years.
        cast(case
            when mode = 'month' then 1
            when mode = 'quarter' then 3 * 0.97
            when is_stub then 0.85
            when term_months = 24 then 24 * 0.80
            else 12 * 0.85
        end as decimal(8, 4)) as price_months,
        -- A ramp deal starts low and climbs year by year, all signed on the first day.
        cast(case
            when is_ramp and period = 0 then 0.6
            when is_ramp and period = 1 then 0.8
            else 1
        end as decimal(4, 2)) as ramp_share
    from named
),

signed as (
    select
        *,
        lag(line_id) over (partition by n, life, product order by period) as replaces_line_id,
        case
            when is_ramp and period <= 2 and line_start = period_start then months_after(line_start, -12 * period) - 12
            when draw('signed_late', n, product, period) < 0.05
                then line_start + 2 + pick(14, 'signed_late_by', n, product, period)
            else line_start - 3 - pick(25, 'signed_before', n, product, period)
        end as signed_on,
        -- The sales desk enters some contracts weeks after they have started.
        case
            when draw('entered_late', n, product, period) < 0.06
                then 10 + pick(25, 'entered_late_by', n, product, period)
            else 0
        end as entry_lag,
        case
            when ends_life and cause <> 'non_payment' and draw('gives_notice', n) < 0.75
                -- Within the last billing period: notice ends an open-ended line with its period.
                then stop_on - case mode
                    when 'month' then 4 + pick(22, 'notice_days', n)
                    else 20 + pick(25, 'notice_days', n)
                end
        end as notice_on,
        -- Whoever stops paying is switched off a month after the warnings have run out.
        case
            when stop_on is not null and (period_end is null or stop_on < period_end)
                then stop_on - 1 + case when ends_life and cause = 'non_payment' then 30 else 0 end
        end as terminated_on
    from priced
)

select
    * exclude (entry_lag),
    case when mode = 'year' then period_end - 1 end as ends_on,
    cast(least(
        greatest(signed_on, case when entry_lag > 0 then line_start + entry_lag else signed_on end),
        -- What has begun is entered by the last day.
        case when line_start <= getvariable('as_of_date') then getvariable('as_of_date') end
    ) as timestamp) + interval 2 hour as entered_at
from signed;

-- Seats, plan and price of a line in every month that it covers.
create or replace table line_months as
with stated as (
    select
        l.*,
        s.m,
        s.seats,
        s.tier,
        s.lagged,
        s.is_seats_up,
        s.won_experiment,
        month_of(l.line_start) as line_m,
        case
            when l.mode = 'year' then case when l.line_start >= date '2025-04-01' then 1 else 0 end
            when l.line_start >= date '2025-04-01' then 1
            when l.has_price_guarantee then 0
            else case when month_on(s.m) >= date '2025-04-01' then 1 else 0 end
        end as price_level
    from lines as l
    join subscription_months as s
        on l.n = s.n and l.life = s.life and l.product = s.product
        -- A renewal that starts after the as-of date takes the state of the last month.
        and s.m >= least(month_of(l.line_start), getvariable('months') - 1)
        and (l.stop_on is null or month_on(s.m) < l.stop_on)
),

priced as (
    select
        s.*,
        b.plan_id,
        cast(to_minor(
            cast(b.seat_price * s.price_months as decimal(18, 4)) * s.ramp_share, s.currency
        ) as decimal(18, 2)) as unit_price,
        cast(case when s.period <= 1 then c.discount_rate else 0 end as decimal(4, 2)) as discount_rate
    from stated as s
    join company as c on s.n = c.n
    join price_book as b
        on s.product = b.product_id and s.tier = b.tier_rank and s.price_level = b.price_level and s.currency = b.currency
)

select
    *,
    cast(to_minor(
        cast(seats * unit_price as decimal(18, 2)) * (1 - discount_rate)
        / case billing_unit when 'quarter' then 3 when 'year' then 12 * billing_interval else 1 end,
        currency
    ) as decimal(18, 2)) as mrr
from priced;

-- The first version of a line, and one for every change. Some changes are recorded weeks late.
create or replace table amendments as
with compared as (
    select
        *,
        lag(seats) over run as seats_before,
        lag(tier) over run as tier_before,
        lag(plan_id) over run as plan_before,
        lag(unit_price) over run as price_before,
        lag(mrr) over run as mrr_before
    from line_months
    window run as (partition by line_id order by m)
),

dated as (
    select
        *,
        case
            when seats = seats_before and plan_id = plan_before then month_on(m)
            when draw('amended_on_first', n, product, m) < 0.5 then month_on(m)
            else month_on(m) + pick(28, 'amended_day', n, product, m)
        end as effective_from
    from compared
    where m > line_m and (seats <> seats_before or plan_id <> plan_before or unit_price <> price_before)
),

kept as (
    select *, lead(effective_from) over (partition by line_id order by effective_from) as next_from
    from dated
    where effective_from <= getvariable('as_of_date')
        and (stop_on is null or effective_from < stop_on - 95)
)

select
    *,
    case
        when draw('recorded_late', n, product, m) < 0.15 and (next_from is null or next_from > effective_from + 60)
            then 12 + pick(35, 'recorded_late_by', n, product, m)
        else pick(3, 'recorded_after', n, product, m)
    end as lag_days
from kept;

create or replace table line_versions as
with first_versions as (
    select
        line_id, 0 as version, m, seats, plan_id, unit_price, discount_rate,
        signed_on,
        cast(null as date) as effective_from,
        cast(null as date) as cancel_notice_on,
        cast(null as date) as terminated_on,
        entered_at as recorded_at
    from line_months
    qualify row_number() over (partition by line_id order by m) = 1
),

changes as (
    select
        line_id, 1 as version, m, seats, plan_id, unit_price, discount_rate,
        -- Seats and plans are signed for when they change; that prices rise stands in the contract.
        case when seats <> seats_before or plan_id <> plan_before then effective_from end as signed_on,
        effective_from,
        cast(null as date) as cancel_notice_on,
        cast(null as date) as terminated_on,
        greatest(
            cast(effective_from + lag_days as timestamp) + interval 3 hour,
            -- Nothing is amended before it is entered.
            entered_at + to_hours(row_number() over (partition by line_id order by effective_from))
        ) as recorded_at
    from amendments
),

endings as (
    select
        l.line_id, 2 as version, s.m, s.seats, s.plan_id, s.unit_price, s.discount_rate,
        cast(null as date) as signed_on,
        coalesce(l.notice_on, l.terminated_on) as effective_from,
        l.notice_on as cancel_notice_on,
        l.terminated_on,
        greatest(
            cast(
                case
                    when l.notice_on is not null then l.notice_on
                    when draw('ended_late', l.n, l.product) < 0.15
                        then l.terminated_on + 8 + pick(30, 'ended_late_by', l.n, l.product)
                    else l.terminated_on
                end as timestamp
            ) + interval 4 hour,
            -- A line is entered before its end is.
            l.entered_at + interval 1 day
        ) as recorded_at
    from lines as l
    join line_months as s on l.line_id = s.line_id
    where l.notice_on is not null or l.terminated_on is not null
    qualify row_number() over (partition by l.line_id order by s.m desc) = 1
),

-- What came in during the last weeks before the end was left out, so the end repeats the state before it.
joined as (
    select * from first_versions
    union all by name select * from changes
    union all by name select * from endings
)

select
    line_id,
    version,
    m,
    effective_from,
    cancel_notice_on,
    terminated_on,
    recorded_at,
    last_value(signed_on ignore nulls) over (run rows between unbounded preceding and current row) as signed_on,
    case when version = 2 then lag(seats) over run else seats end as seats,
    case when version = 2 then lag(plan_id) over run else plan_id end as plan_id,
    case when version = 2 then lag(unit_price) over run else unit_price end as unit_price,
    case when version = 2 then lag(discount_rate) over run else discount_rate end as discount_rate
from joined
window run as (partition by line_id order by version, effective_from nulls first);
