-- One row per company account: who it is, how it pays, when it starts. Segments are mixed as in a
-- Japanese software house with some customers abroad.
create or replace table company as
with numbered as (
    select
        cast(range as integer) as n,
        'A' || lpad(cast(range as varchar), 6, '0') as account_id
    from range(1, getvariable('accounts') + 1)
),

classed as (
    select
        *,
        case
            when n % 120 = 7 then 'reseller'
            when n % 97 = 13 then 'internal'
            when draw('kind', n) < 0.035 then 'free_only'
            when draw('kind', n) < 0.06 then 'trial_only'
            else 'paying'
        end as kind,
        case
            when draw('size', n) < 0.68 then 'SMB'
            when draw('size', n) < 0.92 then 'Mid-market'
            else 'Enterprise'
        end as size_band,
        case
            when draw('country', n) < 0.74 then 'JP'
            when draw('country', n) < 0.88 then 'US'
            when draw('country', n) < 0.95 then 'DE'
            else 'FR'
        end as country,
        cast(floor(draw('start', n) * (select max(weight_after) from months)) as bigint) as start_point
    from numbered
),

started as (
    select
        c.* exclude (start_point),
        t.m as start_m,
        case country when 'JP' then 'JPY' when 'US' then 'USD' else 'EUR' end as currency,
        case
            when draw('billing', n) < case size_band when 'SMB' then 0.58 when 'Mid-market' then 0.40 else 0.15 end
                then 'month'
            when draw('billing', n) < case size_band when 'SMB' then 0.72 when 'Mid-market' then 0.58 else 0.30 end
                then 'quarter'
            when draw('billing', n) < 0.95 then 'year'
            else 'two_years'
        end as billing,
        case when draw('primary', n) < 0.72 then 'CRM' else 'MARKETING' end as primary_product,
        -- Never below two seats: a feature used by one person alone says little.
        cast(2 + round(
            case size_band when 'SMB' then 0.9 when 'Mid-market' then 2.4 else 6.5 end
            * exp(0.7 * bell('seats', n)) - 0.5, 0) as integer) as first_seats,
        case
            when draw('tier', n) < case size_band when 'SMB' then 0.75 when 'Mid-market' then 0.45 else 0.10 end then 1
            when draw('tier', n) < case size_band when 'SMB' then 0.97 when 'Mid-market' then 0.88 else 0.50 end then 2
            else 3
        end as first_tier,
        case
            when draw('discount', n) < 0.06 then 0.10
            when draw('discount', n) < 0.09 then 0.20
            else 0
        end as discount_rate
    from classed as c
    join months as t on c.start_point >= t.weight_before and c.start_point < t.weight_after
)

select
    *,
    month_on(start_m) + case
        when billing in ('year', 'two_years') and draw('start_day', n) < 0.8 then 0
        when draw('start_day', n) < 0.5 then 0
        else pick(28, 'start_day_of_month', n)
    end as start_on,
    -- A monthly customer who stays may move to yearly terms later.
    case when billing = 'month' and draw('converts', n) < 0.14
        then start_m + 7 + pick(18, 'converts_after', n)
    end as conversion_m,
    kind = 'paying' and billing = 'year' and draw('ramp', n) < 0.10 as is_ramp,
    case when kind = 'paying' and getvariable('accounts') >= 20 and draw('reseller', n) < 0.03
        then 'A' || lpad(cast(7 + 120 * pick((getvariable('accounts') - 7) // 120 + 1, 'which_reseller', n) as varchar), 6, '0')
    end as reseller_id,
    draw('price_guarantee', n) < 0.25 as has_price_guarantee
from started;
