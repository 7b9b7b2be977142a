with

population as (

    select * from {{ ref('int_health_population') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

documents as (

    select * from {{ ref('int_scoped_documents') }}
    where kind = 'invoice'

),

credits as (

    select * from {{ ref('int_document_credits') }}

),

-- One invoice as a month sees it: a payment after the month-end has not happened yet.
known as (

    select
        documents.*,
        knowledge.closing_month as month,
        knowledge.map_date as month_end,
        case when documents.paid_on <= knowledge.map_date then documents.paid_amount else 0 end as paid_by_then
    from documents
    inner join knowledge
        on documents.knowledge_id = knowledge.knowledge_id and documents.issued_on <= knowledge.map_date

),

credited as (

    select
        known.knowledge_id,
        known.invoice_id,
        sum(credits.amount) as amount
    from known
    inner join credits
        on
            known.knowledge_id = credits.knowledge_id
            and known.invoice_id = credits.invoice_id
            and known.month_end >= credits.credited_on
    group by known.knowledge_id, known.invoice_id

),

-- What is open of an invoice as revenue reads it: a withheld tenth is no invoice that nobody pays.
owed as (

    select
        known.account_id,
        known.month,
        known.month_end,
        known.due_on,
        known.amount - known.paid_by_then - coalesce(credited.amount, 0)
        >= {{ setting('dunning_min_share') }} * known.amount as is_open
    from known
    left join credited
        on known.knowledge_id = credited.knowledge_id and known.invoice_id = credited.invoice_id

),

-- Without a single payment nothing can be told about payments.
payment_records as (

    select
        month,
        max(case when paid_by_then > 0 then 1 else 0 end) = 1 as are_kept
    from known
    group by month

),

judged as (

    select
        population.account_id,
        population.month,
        owed.due_on,
        coalesce(
            owed.is_open and {{ days_between('owed.due_on', 'owed.month_end') }} > versions.past_due_days, false
        ) as is_overdue,
        {{ days_between('owed.due_on', 'owed.month_end') }} <= versions.past_due_until_days as is_recent
    from population
    inner join versions on population.score_version = versions.score_version
    inner join payment_records on population.month = payment_records.month and payment_records.are_kept
    left join owed on population.month = owed.month and population.account_id = owed.account_id

)

select
    account_id,
    month,
    max(case when is_overdue then 1 else 0 end) = 1 as is_past_due,
    max(case when is_overdue and is_recent then 1 else 0 end) = 1 as is_newly_past_due,
    min(case when is_overdue then due_on end) as overdue_since,
    cast(sum(case when is_overdue then 1 else 0 end) as integer) as overdue_documents
from judged
group by account_id, month
