-- One row: the day and the newest moment of the export. What is true now is known since then.
with moments as (
    select created as moment from source.subscriptions
    union all
    select canceled_at from source.subscriptions
    union all
    select ended_at from source.subscriptions
    union all
    select created from source.customers
    union all
    select created from source.invoices
    union all
    select paid_at from source.invoices
    union all
    select created from source.refunds
    union all
    select created from source.credit_notes
),

newest as (
    select max(moment) as moment
    from moments
    where regexp_matches(moment, '^[0-9]{4}-[0-9]{2}-[0-9]{2}')
)

select
    coalesce(nullif(getvariable('exported_on'), ''), day_in_zone(moment, getvariable('timezone'))) as day,
    greatest(nullif(getvariable('exported_on'), ''), moment) as moment,
from newest
