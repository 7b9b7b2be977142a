-- One row per line and pause: the pause of the subscription, and the gaps between two periods that were billed.
with

subscriptions as (

    select
        id,
        site_day(pause_date) as paused_from,
        day_before(site_day(resume_date)) as paused_to
    from step.subscriptions

),

periods as (

    select
        lines.subscription_id,
        line_of(
            lines.subscription_id, lines.entity_id, lines.entity_type in ('plan_item_price', 'plan')
        ) as line_id,
        site_day(lines.date_from) as from_day,
        last_day_of_period(lines.date_to) as to_day
    from source.invoice_lines as lines
    left join step.prices on lines.entity_id = prices.id
    where
        lines.subscription_id is not null
        and lines.entity_type in ('plan_item_price', 'plan', 'addon_item_price', 'addon')
        and coalesce(prices.type, 'plan') <> 'charge'
        and not (coalesce(lower(lines.metered) = 'true', false) or coalesce(prices.metered, false))
        and lines.invoice_id in (select id from source.invoices where coalesce(deleted, '') <> 'true')

),

-- Days that no period covers between two that are billed: a pause that is over, or an end with a return.
gaps as (

    select
        subscription_id,
        line_id,
        day_after(max(to_day) over covered) as paused_from,
        day_before(lead(from_day) over sorted) as paused_to
    from periods
    window
        sorted as (partition by line_id order by from_day, to_day),
        covered as (
            partition by line_id order by from_day, to_day rows between unbounded preceding and current row
        )

),

current_lines as (

    select
        items.subscription_id,
        line_of(
            items.subscription_id, items.item_price_id, coalesce(prices.type, items.item_type) = 'plan'
        ) as line_id
    from source.subscription_items as items
    left join step.prices on items.item_price_id = prices.id
    where coalesce(prices.type, items.item_type) in ('plan', 'addon') and not coalesce(prices.metered, false)

),

-- A line that nothing was billed for before the pause began after it, where others were.
all_lines as (

    select
        subscription_id,
        line_id,
        min(from_day) as from_day,
        min(min(from_day)) over (partition by subscription_id) as first_day
    from (
        select
            subscription_id,
            line_id,
            from_day
        from periods
        union all
        select
            subscription_id,
            line_id,
            null as from_day
        from current_lines
    )
    group by subscription_id, line_id

)

select
    all_lines.line_id as contract_line_id,
    subscriptions.paused_from,
    subscriptions.paused_to
from all_lines
inner join subscriptions on all_lines.subscription_id = subscriptions.id
where
    subscriptions.paused_from is not null
    and (all_lines.from_day < subscriptions.paused_from or all_lines.first_day is null)
union all
select
    gaps.line_id as contract_line_id,
    gaps.paused_from,
    gaps.paused_to
from gaps
left join subscriptions on gaps.subscription_id = subscriptions.id
where
    -- A period that ends a second early or late leaves no gap.
    day_after(gaps.paused_from) <= gaps.paused_to
    and not coalesce(
        subscriptions.paused_from <= gaps.paused_to
        and coalesce(subscriptions.paused_to, gaps.paused_to) >= gaps.paused_from,
        false
    )
order by all
