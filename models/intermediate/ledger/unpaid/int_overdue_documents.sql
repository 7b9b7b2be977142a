with

documents as (

    select * from {{ ref('int_scoped_documents') }}
    where kind = 'invoice'

),

one_time as (

    select * from {{ ref('int_one_time_documents') }}

),

credits as (

    select * from {{ ref('int_document_credits') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

months as (

    select * from {{ ref('int_seen_months') }}

),

-- Without a single payment nothing can be told about payments, and the rule is off.
payments as (

    select distinct knowledge_id from documents
    where paid_amount > 0

),

late as (

    select
        documents.*,
        {{ add_days('documents.due_on', setting('dunning_days')) }} as unpaid_from
    from documents
    inner join payments on documents.knowledge_id = payments.knowledge_id
    left join one_time
        on documents.knowledge_id = one_time.knowledge_id and documents.invoice_id = one_time.invoice_id
    where
        one_time.invoice_id is null
        and (
            documents.paid_amount < documents.amount
            or documents.paid_on > {{ add_days('documents.due_on', setting('dunning_days')) }}
        )

),

-- A payment after the month-end has not happened yet.
month_ends as (

    select
        late.*,
        months.month,
        months.month_end,
        late.amount - case when late.paid_on <= months.month_end then late.paid_amount else 0 end
            as unpaid_amount
    from late
    inner join knowledge on late.knowledge_id = knowledge.knowledge_id
    inner join months
        on
            months.month between knowledge.first_month and knowledge.last_month
            and late.unpaid_from <= months.month_end
            and (late.paid_on > months.month_end or late.paid_amount < late.amount)

),

credited as (

    select
        month_ends.knowledge_id,
        month_ends.invoice_id,
        month_ends.month,
        sum(credits.amount) as amount
    from month_ends
    inner join credits
        on
            month_ends.knowledge_id = credits.knowledge_id
            and month_ends.invoice_id = credits.invoice_id
            and month_ends.month_end >= credits.credited_on
    group by month_ends.knowledge_id, month_ends.invoice_id, month_ends.month

)

select
    month_ends.knowledge_id,
    month_ends.month,
    month_ends.month_end,
    month_ends.invoice_id,
    month_ends.account_id,
    month_ends.product_id,
    month_ends.chain_id,
    month_ends.currency,
    month_ends.due_on,
    month_ends.unpaid_from,
    cast(month_ends.unpaid_amount - coalesce(credited.amount, 0) as decimal(22, 6)) as open_amount
from month_ends
left join credited
    on
        month_ends.knowledge_id = credited.knowledge_id
        and month_ends.invoice_id = credited.invoice_id
        and month_ends.month = credited.month
where
    month_ends.unpaid_amount - coalesce(credited.amount, 0) > 0
    and month_ends.unpaid_amount - coalesce(credited.amount, 0)
    >= {{ setting('dunning_min_share') }} * month_ends.amount
