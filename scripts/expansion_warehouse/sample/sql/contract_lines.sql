-- The raw contract lines: seats by version, and what is sold beside them.
create or replace table company_lines as
with recurring as (
    select
        v.line_id as contract_line_id,
        'C-' || l.account_id || '-' || l.life as contract_id,
        coalesce(l.reseller_id, l.account_id) as account_id,
        l.product as product_id,
        v.plan_id,
        'recurring' as charge_type,
        v.seats as quantity,
        v.unit_price,
        nullif(v.discount_rate, 0) as discount_rate,
        l.billing_unit,
        l.billing_interval,
        l.currency,
        l.line_start as starts_on,
        l.ends_on,
        v.signed_on,
        v.cancel_notice_on,
        v.terminated_on,
        l.replaces_line_id,
        cast(null as varchar) as parent_line_id,
        case when l.reseller_id is not null then l.account_id end as end_customer_account_id,
        false as is_trial,
        v.effective_from,
        v.recorded_at
    from line_versions as v
    join lines as l on v.line_id = l.line_id
    where v.recorded_at < cast(getvariable('as_of_date') + 1 as timestamp)
),

firsts as (
    select l.*, v.seats, v.plan_id, v.unit_price, c.kind
    from lines as l
    join line_versions as v on l.line_id = v.line_id and v.version = 0
    join company as c on l.n = c.n
    where l.product = c.primary_product and l.seq = 1
),

-- New monthly customers sometimes get three months at 30 % off.
welcome_discounts as (
    select
        line_id || '-D' as contract_line_id,
        'C-' || account_id || '-' || life as contract_id,
        coalesce(reseller_id, account_id) as account_id,
        product as product_id,
        plan_id,
        'discount' as charge_type,
        seats as quantity,
        -cast(to_minor(unit_price * 0.3, currency) as decimal(18, 2)) as unit_price,
        billing_unit, billing_interval, currency,
        line_start as starts_on,
        cast(months_after(line_start, 3) - 1 as date) as ends_on,
        signed_on,
        line_id as parent_line_id,
        case when reseller_id is not null then account_id end as end_customer_account_id,
        false as is_trial,
        entered_at as recorded_at
    from firsts
    where mode = 'month' and draw('welcome', n) < 0.10
        and (stop_on is null or stop_on > months_after(line_start, 3))
),

setup_fees as (
    select
        line_id || '-S' as contract_line_id,
        'C-' || account_id || '-' || life as contract_id,
        coalesce(reseller_id, account_id) as account_id,
        product as product_id,
        'one_time' as charge_type,
        1 as quantity,
        cast(
            case currency when 'JPY' then 100000 else 700 end * (1 + pick(3, 'setup', n)) as decimal(18, 2)
        ) as unit_price,
        'month' as billing_unit, 1 as billing_interval, currency,
        line_start as starts_on,
        line_start as ends_on,
        signed_on,
        case when reseller_id is not null then account_id end as end_customer_account_id,
        false as is_trial,
        entered_at as recorded_at
    from firsts
    where draw('has_setup', n) < 0.35
),

-- Calls beyond the plan's limit are billed by the month.
overages as (
    select
        c.account_id || '-API-U' || strftime(month_on(s.m), '%Y%m') as contract_line_id,
        'C-' || c.account_id || '-' || s.life as contract_id,
        coalesce(c.reseller_id, c.account_id) as account_id,
        'API' as product_id,
        'usage' as charge_type,
        1 as quantity,
        cast(
            case c.currency when 'JPY' then 1000 else 7 end * (5 + pick(40, 'overage', s.n, s.m)) as decimal(18, 2)
        ) as unit_price,
        'month' as billing_unit, 1 as billing_interval, c.currency,
        month_on(s.m) as starts_on,
        last_day(month_on(s.m)) as ends_on,
        case when c.reseller_id is not null then c.account_id end as end_customer_account_id,
        false as is_trial,
        cast(last_day(month_on(s.m)) as timestamp) + interval 5 hour as recorded_at
    from subscription_months as s
    join company as c on s.n = c.n
    where s.product = 'API' and s.m > s.start_m and (s.end_on is null or last_day(month_on(s.m)) < s.end_on)
        and draw('has_overage', s.n, s.m) < 0.35
),

trials as (
    select
        account_id || '-TRIAL' as contract_line_id,
        'C-' || account_id || '-0' as contract_id,
        account_id,
        primary_product as product_id,
        primary_product || '-BUSINESS' as plan_id,
        'recurring' as charge_type,
        first_seats as quantity,
        0 as unit_price,
        'month' as billing_unit, 1 as billing_interval, currency,
        cast(case kind when 'trial_only' then start_on else start_on - 14 end as date) as starts_on,
        cast(case kind when 'trial_only' then start_on + 13 else start_on - 1 end as date) as ends_on,
        true as is_trial,
        cast(case kind when 'trial_only' then start_on else start_on - 14 end as timestamp)
        + interval 1 hour as recorded_at
    from company
    where kind = 'trial_only' or (kind = 'paying' and start_m > 0 and draw('trial', n) < 0.25)
),

-- Some use the free plan for good, some for a few months before they pay.
free_lines as (
    select
        account_id || '-FREE' as contract_line_id,
        'C-' || account_id || '-0' as contract_id,
        account_id,
        primary_product as product_id,
        primary_product || '-FREE' as plan_id,
        'recurring' as charge_type,
        2 as quantity,
        0 as unit_price,
        'month' as billing_unit, 1 as billing_interval, currency,
        free_from as starts_on,
        cast(case kind when 'paying' then start_on - 1 end as date) as ends_on,
        false as is_trial,
        cast(free_from as timestamp) + interval 1 hour as recorded_at
    from (
        select
            *,
            case kind
                when 'free_only' then start_on
                else months_after(start_on, -2 - pick(4, 'free_months', n))
            end as free_from
        from company
    ) as c
    where kind = 'free_only'
        or (kind = 'paying' and start_m > 5 and reseller_id is null and draw('trial', n) between 0.25 and 0.32)
)

select * from recurring
union all by name select * from welcome_discounts
union all by name select * from setup_fees
union all by name select * from overages
union all by name select * from trials
union all by name select * from free_lines;

insert into raw.contract_lines by name
select
    * replace (
        cast(quantity as varchar) as quantity,
        case currency
            when 'JPY' then cast(cast(unit_price as bigint) as varchar)
            else cast(cast(unit_price as decimal(18, 2)) as varchar)
        end as unit_price,
        cast(starts_on as varchar) as starts_on,
        cast(ends_on as varchar) as ends_on
    ),
    'active' as status,
    cast(0.10 as decimal(6, 4)) as tax_rate,
    false as is_tax_inclusive,
    false as is_deleted
from company_lines;

-- A pause stops a monthly line for one or two whole months.
create or replace table pauses as
with chosen as (
    select
        line_id,
        n,
        month_of(line_start) + 4 + pick(12, 'pause_after', n) as pause_m,
        1 + pick(2, 'pause_months', n) as pause_months,
        stop_on
    from lines
    where mode = 'month' and period = 0 and seq = 1 and draw('pauses', n) < 0.05
)

select
    line_id,
    n,
    month_on(pause_m) as paused_from,
    cast(month_on(pause_m + pause_months) - 1 as date) as paused_to
from chosen
where (stop_on is null or month_on(pause_m + pause_months + 2) < stop_on)
    and month_on(pause_m + pause_months) <= getvariable('as_of_date');

insert into raw.service_pauses by name
select line_id as contract_line_id, paused_from, paused_to from pauses;
