with

{% for name, relation in {
    'observations': ref('int_alert_observations'),
    'versions': ref('int_health_versions'),
    'credits': ref('int_document_credits'),
}.items() -%}
{{ name }} as (

    select * from {{ relation }}

),

{% endfor -%}
invoices as (

    select * from {{ ref('int_scoped_documents') }}
    where kind = 'invoice'

),

payments as (

    select
        knowledge_id,
        invoice_id,
        paid_on as settled_on,
        paid_amount as amount
    from invoices
    where paid_amount > 0
    union all
    select
        knowledge_id,
        invoice_id,
        credited_on as settled_on,
        amount
    from credits

),

settled_so_far as (

    select
        *,
        sum(amount) over (partition by knowledge_id, invoice_id order by settled_on) as amount_so_far
    from payments

),

-- The day from which so little is open that revenue no longer minds.
settlements as (

    select
        invoices.knowledge_id,
        invoices.invoice_id,
        min(settled_so_far.settled_on) as settled_on
    from invoices
    inner join settled_so_far
        on
            invoices.knowledge_id = settled_so_far.knowledge_id
            and invoices.invoice_id = settled_so_far.invoice_id
    where
        invoices.amount - settled_so_far.amount_so_far < {{ setting('dunning_min_share') }} * invoices.amount
    group by invoices.knowledge_id, invoices.invoice_id

),

-- Without a single payment nothing can be told about payments.
payment_records as (

    select
        knowledge_id,
        min(settled_on) as first_paid_on
    from payments
    group by knowledge_id

),

dated as (

    select
        invoices.account_id,
        invoices.invoice_id,
        invoices.amount,
        invoices.currency,
        invoices.due_on,
        versions.past_due_days,
        observations.previous_on,
        observations.observed_on,
        {{ add_days('invoices.due_on', 'versions.past_due_days + 1') }} as overdue_on,
        least(coalesce(settlements.settled_on, {{ latest_day() }}), observations.next_on) as holds_until
    from invoices
    inner join observations on invoices.knowledge_id = observations.knowledge_id
    inner join versions
        on observations.observed_on >= versions.valid_from and observations.observed_on < versions.valid_to
    inner join payment_records
        on
            invoices.knowledge_id = payment_records.knowledge_id
            and observations.observed_on >= payment_records.first_paid_on
    left join settlements
        on invoices.knowledge_id = settlements.knowledge_id and invoices.invoice_id = settlements.invoice_id
    where {{ add_days('invoices.due_on', 'versions.past_due_days + 1') }} <= observations.observed_on

)

select
    dated.account_id,
    'payment_overdue' as alert_kind,
    cast(null as {{ dbt.type_string() }}) as subject,
    {{ dated_or_observed('dated.overdue_on', 'dated') }} as holds_from,
    dated.holds_until,
    'any' as situation,
    cast(dated.amount as decimal(22, 6)) as reading,
    cast(null as decimal(22, 6)) as reading_before,
    cast(dated.past_due_days as decimal(22, 6)) as bound,
    dated.invoice_id || ' (' || dated.currency || ')' as words,
    dated.due_on as evidence_on
from dated
where {{ dated_or_observed('dated.overdue_on', 'dated') }} < dated.holds_until
