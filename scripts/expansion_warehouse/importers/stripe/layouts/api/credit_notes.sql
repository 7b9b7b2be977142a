select
    id,
    coalesce(try(invoice ->> '$.id'), invoice) as invoice_id,
    coalesce(try(customer ->> '$.id'), customer) as customer_id,
    as_moment(created) as created,
    status,
    cast(total as varchar) as total,
    cast(
        try(
            cast(total as decimal(38, 0))
            - cast(coalesce(cast(total_excluding_tax as varchar), cast(subtotal as varchar)) as decimal(38, 0))
        ) as varchar
    ) as tax,
    currency,
    concat_ws(' ', cast(refund as varchar), cast(refunds as varchar)) as refund_ids,
    lower(cast(livemode as varchar)) as livemode,
from export.credit_notes
