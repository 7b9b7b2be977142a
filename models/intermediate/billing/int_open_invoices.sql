with

issued as (

    select * from {{ ref('int_issued_documents') }}

),

documents as (

    select * from {{ ref('int_scoped_documents') }}
    where knowledge_id = 'restated' and kind = 'invoice'

),

credits as (

    select * from {{ ref('int_linked_credits') }}
    where knowledge_id = 'restated'

),

months as (

    select * from {{ ref('int_months') }}

),

-- What was written off is owed by nobody any more; nobody says since when.
invoices as (

    select
        issued.product_id,
        issued.currency,
        documents.invoice_id,
        documents.issued_on,
        documents.due_on,
        documents.amount,
        documents.paid_amount,
        documents.paid_on
    from issued
    inner join documents on issued.invoice_id = documents.invoice_id
    where coalesce(issued.status, 'open') <> 'uncollectible'

),

month_ends as (

    select
        invoices.*,
        months.month,
        months.month_end,
        invoices.amount - case when invoices.paid_on <= months.month_end then invoices.paid_amount else 0 end
            as unpaid_amount
    from invoices
    inner join months
        on
            invoices.issued_on <= months.month_end
            and (invoices.paid_on > months.month_end or invoices.paid_amount < invoices.amount)

),

credited as (

    select
        month_ends.invoice_id,
        month_ends.month,
        sum(credits.amount) as amount
    from month_ends
    inner join credits on month_ends.invoice_id = credits.invoice_id and month_ends.month_end >= credits.credited_on
    group by month_ends.invoice_id, month_ends.month

),

open_amounts as (

    select
        month_ends.month,
        month_ends.product_id,
        month_ends.currency,
        month_ends.due_on < month_ends.month_end as is_past_due,
        greatest(month_ends.unpaid_amount - coalesce(credited.amount, 0), 0) as amount
    from month_ends
    left join credited on month_ends.invoice_id = credited.invoice_id and month_ends.month = credited.month

)

select
    month,
    product_id,
    currency,
    cast(sum(amount) as decimal(19, 3)) as open_native,
    cast(sum(case when is_past_due then amount else 0 end) as decimal(19, 3)) as past_due_native,
    cast(count(*) as integer) as open_invoices
from open_amounts
where amount > 0
group by month, product_id, currency
