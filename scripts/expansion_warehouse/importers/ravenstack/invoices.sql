-- One row per refund; the source knows no invoices. The amount is positive, as in the source:
-- `kind` says that the money went back.
with refunds as (
    select
        churn_event_id,
        account_id,
        cast(churn_date as date) as refunded_on,
        cast(refund_amount_usd as decimal(22, 6)) as refund_amount,
    from source.churn_events
)

select
    churn_event_id as invoice_id,
    account_id,
    refunded_on as issued_on,
    'refund' as kind,
    'RavenStack' as product_id,
    refund_amount as amount,
    'USD' as currency,
from refunds
where refund_amount > 0
order by invoice_id
