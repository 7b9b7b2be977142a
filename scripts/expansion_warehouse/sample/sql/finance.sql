-- Budget rates change with the fiscal year in April; spot rates wander around them by month.
create or replace table budget_rates as
select * from (values
    ('USD', 2022, 125.0), ('USD', 2023, 135.0), ('USD', 2024, 145.0), ('USD', 2025, 150.0), ('USD', 2026, 145.0),
    ('EUR', 2022, 135.0), ('EUR', 2023, 145.0), ('EUR', 2024, 155.0), ('EUR', 2025, 160.0), ('EUR', 2026, 158.0)
) as t(currency, fiscal_year, rate);

create or replace table fiscal_years as
select cast(range as integer) as fiscal_year
from range(
    year(getvariable('rates_from') - interval 3 month),
    year(getvariable('as_of_date') - interval 3 month) + 2
);

create or replace table yearly_rates as
select
    c.currency,
    f.fiscal_year,
    -- Before the first year that the table knows, and after the last, its nearest rate holds.
    coalesce(b.rate, case when f.fiscal_year < 2022 then c.first_rate else c.last_rate end) as rate
from fiscal_years as f
cross join (
    select currency, min_by(rate, fiscal_year) as first_rate, max_by(rate, fiscal_year) as last_rate
    from budget_rates
    group by currency
) as c
left join budget_rates as b on c.currency = b.currency and f.fiscal_year = b.fiscal_year;

insert into raw.fx_rates by name
select currency, 'budget' as rate_kind, make_date(fiscal_year, 4, 1) as valid_from, rate
from yearly_rates
union all
select
    y.currency,
    'spot',
    cast(d.month_start as date),
    -- The two months in which a well-known case of the list moves from 150 to 140.
    case
        when y.currency = 'USD' and d.month_start = date '2025-06-01' then 150
        when y.currency = 'USD' and d.month_start = date '2025-07-01' then 140
        else round(y.rate * (1 + 0.025 * bell('spot', y.currency, month_of(cast(d.month_start as date)))), 2)
    end
from range(getvariable('rates_from'), getvariable('as_of_date') + interval 1 day, interval 1 month) as d(month_start)
join yearly_rates as y on y.fiscal_year = year(d.month_start - interval 3 month);

-- What it costs to win customers, by channel, and to sell more to those there are.
insert into raw.costs by name
with won as (
    select c.start_m as m, count(*) as customers
    from company as c
    where c.kind = 'paying'
    group by c.start_m
),

acquisition as (
    select
        m.month_start,
        ch.channel,
        cast(round(
            (20000 * w.customers + 6000) * ch.weight * (0.9 + 0.2 * draw('cost', ch.channel, m.m)), 0
        ) as decimal(18, 2)) as amount
    from months as m
    -- The customers of the first month were won before the sample starts.
    left join won as w on w.m = greatest(m.m, 1)
    cross join (values ('web', 6), ('event', 9), ('partner', 5), ('referral', 2), ('outbound', 11)) as ch(channel, weight)
    where w.customers is not null
)

select
    'COST-ACQ-' || channel || '-' || strftime(month_start, '%Y%m') as cost_id,
    month_start + 14 as incurred_on,
    'acquisition' as kind,
    channel,
    amount,
    'JPY' as currency
from acquisition
union all
select
    'COST-' || kind || '-' || strftime(month_start, '%Y%m'),
    month_start + 24,
    kind,
    cast(null as varchar),
    monthly_cost,
    'JPY'
from months
cross join (values ('expansion_tool', 60000), ('expansion_people', 450000)) as t(kind, monthly_cost);
