-- One row per refund; the source knows no invoices. The amount is positive, as in the source:
-- `kind` says that the money went back.
select
    churn_event_id as invoice_id,
    account_id,
    as_day(churn_date) as issued_on,
    'refund' as kind,
    'RavenStack' as product_id,
    as_amount(refund_amount_usd, 'USD') as amount,
    'USD' as currency,
from source.churn_events
where coalesce(times(refund_amount_usd, '1'), '0') <> '0'
order by invoice_id
