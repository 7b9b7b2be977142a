-- One row per version of a recurring line. Notice ends a line with its billing period; periods count from the day
-- that Stripe counts them from. What ends otherwise, or is billed by the year, has its end written.
with measured as (
    select
        *,
        date_diff('month', try_cast(anchor_day as date), try_cast(last_end_day as date)) as months_to_end,
        date_diff('day', try_cast(anchor_day as date), try_cast(last_end_day as date)) as days_to_end,
    from step.versions as noticed
),

judged as (
    select
        *,
        day_before(last_end_day) as last_day,
        coalesce(subscription_status in ('incomplete', 'incomplete_expired'), false)
        or coalesce(last_end_day <= starts_on, false) as is_void,
        coalesce(end_kind = 'noticed' and is_ending and anchor_day <= notice_day and case
            when months * periods < 12
                then
                    months_to_end % (months * periods) = 0
                    and add_months_to(anchor_day, months_to_end) = last_end_day
                    and add_months_to(anchor_day, months_to_end - months * periods) <= notice_day
            when days is not null
                then
                    days_to_end % (days * periods) = 0
                    and date_diff('day', try_cast(notice_day as date), try_cast(last_end_day as date)) <= days * periods
        end, false) as ends_with_period,
    from measured
)

select
    id as contract_line_id,
    subscription_id as contract_id,
    customer_id as account_id,
    coalesce(price_product_id, product_id) as product_id,
    price_id as plan_id,
    'recurring' as charge_type,
    units as quantity,
    unit_price,
    billing_interval as billing_unit,
    periods as billing_interval,
    line_currency as currency,
    case when tax_behavior = 'inclusive' then as_share(tax_percent) end as tax_rate,
    case when tax_behavior = 'inclusive' and tax_percent is not null then 'true' end as is_tax_inclusive,
    case when ends_with_period then anchor_day else starts_on end as starts_on,
    case
        when not is_void and is_ending and end_kind in ('agreed', 'noticed') and not ends_with_period then last_day
    end as ends_on,
    signed_on,
    case when not is_void and is_ending and end_kind = 'noticed' then notice_day end as cancel_notice_on,
    case when not is_void and is_ending and end_kind = 'at once' then last_day end as terminated_on,
    case when is_void then 'void' end as status,
    is_trial,
    day as effective_from,
    moment as recorded_at,
from judged
