with

overdue as (

    select * from {{ ref('int_overdue_documents') }}

),

documents as (

    select * from {{ ref('int_scoped_documents') }}
    where kind = 'invoice' and paid_amount > 0

),

one_time as (

    select * from {{ ref('int_one_time_documents') }}

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}

),

reporting as (

    {{ reporting_currency_digits() }}

),

paid as (

    select
        overdue.knowledge_id,
        overdue.month,
        overdue.invoice_id,
        documents.currency,
        sum(documents.paid_amount) as amount
    from overdue
    inner join documents
        on
            overdue.knowledge_id = documents.knowledge_id
            and overdue.account_id = documents.account_id
            and overdue.due_on < documents.due_on
            and overdue.month_end >= documents.paid_on
            and {{ is_within_scope('documents', 'overdue') }}
    left join one_time
        on documents.knowledge_id = one_time.knowledge_id and documents.invoice_id = one_time.invoice_id
    where one_time.invoice_id is null
    group by overdue.knowledge_id, overdue.month, overdue.invoice_id, documents.currency

),

rated as (

    select
        paid.*,
        {{ rate_columns('paid.currency', 'budget_rates') }}
    from paid
    left join budget_rates
        on
            paid.knowledge_id = budget_rates.knowledge_id
            and paid.currency = budget_rates.currency
            and paid.month between budget_rates.from_month and budget_rates.to_month

)

select
    rated.knowledge_id,
    rated.month,
    rated.invoice_id,
    sum({{ reporting_money('rated.amount', 'rated.budget') }}) as amount
from rated
cross join reporting
group by rated.knowledge_id, rated.month, rated.invoice_id
