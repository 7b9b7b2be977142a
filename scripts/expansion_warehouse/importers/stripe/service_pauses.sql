-- One row per paused subscription item. A pause takes effect with the first period that is not collected. Where the
-- export does not say when a running pause began, that is the earliest of the last invoices that were left
-- uncollected, else the first day that is not billed yet.
with pauses as (
    select distinct * from source.pauses
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
    select id, subscription_id, max(current_period_end) as current_period_end
    from items
    group by id, subscription_id
),

collected as (
    select
        subscription_id,
        max(case when invoice_status in ('paid', 'open') then period_start end) as last_collected,
    from source.invoice_lines
    where subscription_id is not null and coalesce(proration, 'false') <> 'true'
    group by subscription_id
),

uncollected as (
    select
        invoice_lines.subscription_id,
        min(invoice_lines.period_start) as first_uncollected,
        max(invoice_lines.period_end) as period_end,
    from source.invoice_lines as invoice_lines
    left join collected on invoice_lines.subscription_id = collected.subscription_id
    where
        invoice_lines.invoice_status in ('void', 'uncollectible', 'draft')
        and coalesce(invoice_lines.proration, 'false') <> 'true'
        and (collected.last_collected is null or invoice_lines.period_start > collected.last_collected)
    group by invoice_lines.subscription_id
),

dated as (
    select
        lines.id as contract_line_id,
        day_in_zone(
            coalesce(
                pauses.paused_at,
                uncollected.first_uncollected,
                subscriptions.current_period_end,
                lines.current_period_end
            ),
            getvariable('timezone')
        ) as paused_from,
        day_before(day_in_zone(coalesce(pauses.ended_at, pauses.resumes_at), getvariable('timezone'))) as paused_to,
    from pauses
    inner join subscriptions on pauses.subscription_id = subscriptions.id
    left join lines on pauses.subscription_id = lines.subscription_id
    left join uncollected on pauses.subscription_id = uncollected.subscription_id
)

select distinct contract_line_id, paused_from, paused_to
from dated
where paused_to is null or paused_to >= paused_from
order by contract_line_id, paused_from, paused_to
