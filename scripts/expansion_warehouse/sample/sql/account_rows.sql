-- The accounts as the source delivers them: a first version, and a second where something changed.
create or replace table account_rows as
with alive as (
    select n, row_number() over (order by n) as place, count(*) over () as total
    from lives
    where (end_on is null or end_on > getvariable('as_of_date')) and life = 1
),

-- A few are taken over by, or belong to, another customer who stays.
neighbours as (
    select a.n, b.n as other_n
    from alive as a
    join alive as b on b.place = case when a.place = 1 then 2 else a.place - 1 end
    join company as c on a.n = c.n and c.kind = 'paying' and c.reseller_id is null
    join company as o on b.n = o.n and o.kind = 'paying' and o.reseller_id is null
),

changes as (
    select
        c.n,
        case
            when c.n % 89 = 5 and b.n is not null then 'merge'
            when c.n % 23 = 4 and c.size_band <> 'Enterprise' then 'growth'
            when c.n % 17 = 2 then 'owner'
        end as change,
        b.other_n,
        month_on(greatest(c.start_m + 3, getvariable('months') - 4 - pick(14, 'changes', c.n))) as changed_on
    from company as c
    left join neighbours as b on c.n = b.n
),

described as (
    select
        c.*,
        h.change,
        h.changed_on,
        case when h.change = 'merge' then 'A' || lpad(cast(h.other_n as varchar), 6, '0') end as merged_into_account_id,
        case when c.n % 41 = 3 and coalesce(h.change, '') <> 'merge' and b.other_n % 41 <> 3 and b.other_n % 89 <> 5
            then 'A' || lpad(cast(b.other_n as varchar), 6, '0')
        end as parent_account_id,
        p.account_name,
        p.industry,
        cast(round(
            case c.size_band
                when 'SMB' then 8 + 90 * draw('staff', c.n)
                when 'Mid-market' then 100 + 800 * draw('staff', c.n)
                else 1000 + 9000 * draw('staff', c.n)
            end, 0
        ) as integer) as employee_count,
        ['web', 'event', 'partner', 'referral', 'outbound'][1 + pick(5, 'channel_won', c.n)] as acquisition_channel,
        case
            when draw('membership', c.n) < 0.03 then 'platinum'
            when draw('membership', c.n) < 0.09 then 'gold'
            when draw('membership', c.n) < 0.25 then 'silver'
        end as membership_tier,
        'csm-' || lpad(cast(1 + pick(8, 'csm', c.n) as varchar), 2, '0') as csm_owner,
        'sales-' || lpad(cast(1 + pick(6, 'sales', c.n) as varchar), 2, '0') as sales_owner,
        -- Trials and free plans come before the first payment.
        cast(c.start_on - 170 - pick(30, 'created', c.n) as date) as created_on,
        case when c.kind in ('paying', 'internal') then c.start_on + 5 + pick(40, 'live', c.n) end as went_live_on,
        case when c.country = 'JP' and draw('fiscal', c.n) < 0.7 then 3 else 12 end as fiscal_year_end_month,
        draw('do_not_contact', c.n) < 0.025 as do_not_contact,
        c.kind = 'internal' as is_internal
    from company as c
    join changes as h on c.n = h.n
    join profiles as p on c.n = p.n
    left join neighbours as b on c.n = b.n
)

select
    account_id, account_name, parent_account_id,
    cast(null as varchar) as merged_into_account_id,
    cast(null as date) as merged_on,
    industry, size_band, employee_count, country, acquisition_channel, membership_tier, csm_owner, sales_owner,
    created_on,
    case when went_live_on <= getvariable('as_of_date') then went_live_on end as went_live_on,
    fiscal_year_end_month, do_not_contact, is_internal,
    cast(null as date) as effective_from,
    cast(created_on as timestamp) + interval 1 hour as recorded_at
from described

union all

select
    account_id, account_name, parent_account_id,
    merged_into_account_id,
    case when change = 'merge' then changed_on end,
    industry,
    case when change <> 'growth' then size_band when size_band = 'SMB' then 'Mid-market' else 'Enterprise' end,
    case when change = 'growth' then employee_count * 8 else employee_count end,
    country, acquisition_channel, membership_tier,
    case when change = 'owner' then 'csm-09' else csm_owner end,
    sales_owner, created_on,
    case when went_live_on <= getvariable('as_of_date') then went_live_on end,
    fiscal_year_end_month, do_not_contact, is_internal,
    changed_on,
    cast(changed_on as timestamp) + interval 1 hour
from described
where change is not null and changed_on <= getvariable('as_of_date');

insert into raw.accounts by name select * from account_rows;
