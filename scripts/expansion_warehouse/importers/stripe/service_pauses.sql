-- One row per paused subscription item. A pause stops the collection of invoices, so it begins and ends with the
-- periods that they bill. Where the export does not say when a running pause began, it is with the earliest of the
-- last invoices that were left uncollected, else with the first period that is not billed yet.
with pauses as (
    select
        *,
        row_number() over (order by subscription_id, paused_at, ended_at, resumes_at, behavior) as pause_id,
    from (select distinct * from source.pauses)
),

subscriptions as (
    select distinct on (id) id, current_period_end
    from source.subscriptions as listed
    where coalesce(livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep'
    order by id, listed
),

items as (
    select id, subscription_id, current_period_end from source.subscription_items
    union all
    select subscription_item_id as id, subscription_id, cast(null as varchar) as current_period_end
    from source.invoice_lines
    where subscription_item_id is not null
),

lines as (
    select id, subscription_id, max(max(current_period_end)) over (partition by subscription_id) as current_period_end
    from items
    group by id, subscription_id
),

periods as (
    select subscription_id, invoice_status, period_start
    from source.invoice_lines
    where
        subscription_id in (select pauses.subscription_id from pauses)
        and coalesce(proration, 'false') <> 'true'
),

collected as (
    select
        subscription_id,
        max(case when invoice_status in ('paid', 'open') then period_start end) as last_collected,
    from periods
    group by subscription_id
),

uncollected as (
    select
        periods.subscription_id,
        min(periods.period_start) as first_uncollected,
    from periods
    inner join collected on periods.subscription_id = collected.subscription_id
    where
        periods.invoice_status in ('void', 'uncollectible', 'draft')
        and (collected.last_collected is null or periods.period_start > collected.last_collected)
    group by periods.subscription_id
),

bounded as (
    select
        pauses.pause_id,
        min(case when periods.period_start >= pauses.paused_at then periods.period_start end) as first_period,
        min(case when periods.period_start >= pauses.ended_at then periods.period_start end) as next_period,
    from pauses
    left join periods on pauses.subscription_id = periods.subscription_id
    group by pauses.pause_id
),

dated as (
    select
        lines.id as contract_line_id,
        day_in_zone(
            case
                when pauses.paused_at is null
                    then coalesce(
                        uncollected.first_uncollected,
                        subscriptions.current_period_end,
                        lines.current_period_end
                    )
                else coalesce(
                    bounded.first_period,
                    greatest(
                        pauses.paused_at, coalesce(subscriptions.current_period_end, lines.current_period_end)
                    )
                )
            end,
            getvariable('timezone')
        ) as paused_from,
        day_before(day_in_zone(
            coalesce(bounded.next_period, pauses.ended_at, pauses.resumes_at), getvariable('timezone')
        )) as paused_to,
    from pauses
    inner join subscriptions on pauses.subscription_id = subscriptions.id
    left join lines on pauses.subscription_id = lines.subscription_id
    left join uncollected on pauses.subscription_id = uncollected.subscription_id
    left join bounded on pauses.pause_id = bounded.pause_id
)

select distinct contract_line_id, paused_from, paused_to
from dated
where paused_to is null or paused_to >= paused_from
order by contract_line_id, paused_from, paused_to
