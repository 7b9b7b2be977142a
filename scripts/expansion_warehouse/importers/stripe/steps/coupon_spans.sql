-- One row per coupon and what it reduces, with its first day and how many invoices it reduces: whole ones, from the
-- first that is paid after it was given, for as many as begin before it ends.
with first_invoices as (
    select
        reduced.line_id,
        min(billed.start_day) as start_day,
    from step.reduced_lines as reduced
    inner join step.billed_lines as billed
        on reduced.reduced_id = billed.subscription_id and billed.start_day >= reduced.start_day
    where
        coalesce(billed.proration, 'false') <> 'true'
        and billed.subscription_item_id is not null
        and try_cast(billed.amount as decimal(38, 6)) > 0
    group by reduced.line_id
),

billed_subscriptions as (
    select distinct subscription_id
    from step.billed_lines as billed
    where subscription_item_id is not null
),

-- Where no invoice is reduced yet, the next one will be.
spanned as (
    select
        reduced.*,
        coalesce(
            first_invoices.start_day,
            case
                when billed_subscriptions.subscription_id is not null and reduced.period_end_day > reduced.start_day
                    then reduced.period_end_day
            end,
            greatest(reduced.start_day, day_in_zone(reduced.trial_end, getvariable('timezone')))
        ) as first_day,
    from step.reduced_lines as reduced
    left join first_invoices on reduced.line_id = first_invoices.line_id
    left join billed_subscriptions on reduced.reduced_id = billed_subscriptions.subscription_id
)

select
    *,
    coins_of(coalesce(currency, target_currency)) as coins,
    case
        when duration = 'once' then 1
        when end_day is null then null
        when months is not null
            then ceil((
                date_diff('month', try_cast(first_day as date), try_cast(end_day as date))
                + case
                    when add_months_to(
                        first_day, date_diff('month', try_cast(first_day as date), try_cast(end_day as date))
                    ) < end_day
                        then 1
                    else 0
                end
            ) / (months * periods))
        when days is not null
            then ceil(date_diff('day', try_cast(first_day as date), try_cast(end_day as date)) / (days * periods))
    end as invoices_reduced,
from spanned
