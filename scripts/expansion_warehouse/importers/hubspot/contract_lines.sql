-- One row per line item of a won deal, and per won deal without any where `product` says what it sold. A price is for
-- one billing period; a line that renews itself has a term and no end.
with items as (
    select *, false as is_whole_deal, from source.line_items
    where
        not said_yes(is_deleted) and is_won is distinct from 'false' and getvariable('contract_lines') <> 'no'
    union all by name
    select * replace (getvariable('product') as product_id), true as is_whole_deal, from source.won_without_lines
    where getvariable('contract_lines') <> 'no' and getvariable('product') <> ''
),

charged as (
    select
        *,
        case when frequency is null or plain_word(frequency) = 'onetime' then 'one_time' else 'recurring' end
            as charge_type,
        period_of(frequency) as period,
        months_of(term) as months,
        coalesce(
            as_day(starts_on),
            case
                when getvariable('undated_lines') <> 'close_date' then null
                when delay_months is not null
                    then add_months_to(day_in_zone(close_date, getvariable('timezone')), as_number(delay_months))
                when delay_days is not null
                    then add_days_to(day_in_zone(close_date, getvariable('timezone')), delay_days)
                else day_in_zone(close_date, getvariable('timezone'))
            end
        ) as first_day,
        said_yes(renews) or coalesce(plain_word(renews) like 'automaticallyrenew%', false) as renews_itself,
        as_day(ends_on) as stated_end,
    from items
)

select
    id as contract_line_id,
    deal_id as contract_id,
    account_id,
    product_id,
    case when is_whole_deal then 'recurring' else charge_type end as charge_type,
    as_number(quantity) as quantity,
    price_of(unit_price, unit_discount, known_currency(currency)) as unit_price,
    as_share(discount_percent) as discount_rate,
    case
        when is_whole_deal then 'term'
        when charge_type = 'one_time' then 'month'
        else coalesce(split_part(period, ' ', 1), frequency)
    end as billing_unit,
    case when charge_type = 'recurring' then split_part(period, ' ', 2) end as billing_interval,
    known_currency(currency) as currency,
    first_day as starts_on,
    case
        when is_whole_deal then day_before(add_months_to(first_day, getvariable('amount_months')))
        when charge_type = 'one_time' then first_day
        when renews_itself then null
        when months is not null then day_before(add_months_to(first_day, months))
        -- An end on the day of the month on which the line began is the first day without it.
        when substr(stated_end, 9, 2) = substr(first_day, 9, 2) then day_before(stated_end)
        else stated_end
    end as ends_on,
    case when charge_type = 'recurring' and renews_itself then months end as term_months,
    day_in_zone(close_date, getvariable('timezone')) as signed_on,
from charged
order by all
