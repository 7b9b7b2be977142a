-- Tax stands in one field, or is the sum of a list, by the version of the API.
with taxed as (
    select
        _dlt_parent_id,
        added_up(amount) as tax,
    from export.total_taxes
    group by _dlt_parent_id
)

select
    invoices.id,
    invoices.customer as customer_id,
    coalesce(invoices.parent__subscription_details__subscription, invoices.subscription) as subscription_id,
    invoices.status,
    as_moment(invoices.created) as created,
    as_moment(invoices.status_transitions__finalized_at) as finalized_at,
    as_moment(invoices.due_date) as due_date,
    as_moment(invoices.status_transitions__paid_at) as paid_at,
    cast(invoices.total as varchar) as total,
    coalesce(cast(invoices.tax as varchar), taxed.tax) as tax,
    cast(invoices.amount_paid as varchar) as amount_paid,
    invoices.currency,
    invoices.charge as charge_id,
    invoices.payment_intent as payment_intent_id,
    lower(cast(invoices.livemode as varchar)) as livemode,
from export.invoices as invoices
left join taxed on invoices._dlt_id = taxed._dlt_parent_id
