with

unpaid_lines as (

    select * from {{ ref('int_unpaid_lines') }}

),

documents as (

    select * from {{ ref('int_scoped_documents') }}
    where kind = 'invoice'

),

credits as (

    select * from {{ ref('int_document_credits') }}

),

account_months as (

    select
        knowledge_id,
        account_id,
        month,
        max(last_unpaid_from) as last_unpaid_from
    from unpaid_lines
    group by knowledge_id, account_id, month

),

neighbours as (

    select
        *,
        lag(month) over (partition by knowledge_id, account_id order by month) as month_before,
        lead(month) over (partition by knowledge_id, account_id order by month) as month_after
    from account_months

),

settlements as (

    select
        knowledge_id,
        account_id,
        paid_on as settled_on
    from documents
    where paid_amount > 0
    union all
    select
        documents.knowledge_id,
        documents.account_id,
        credits.credited_on as settled_on
    from documents
    inner join credits
        on documents.knowledge_id = credits.knowledge_id and documents.invoice_id = credits.invoice_id

)

select
    knowledge_id,
    account_id,
    last_unpaid_from as changed_on
from neighbours
where coalesce(month_before < {{ add_months('month', -1) }}, true)
union
select
    neighbours.knowledge_id,
    neighbours.account_id,
    min(settlements.settled_on) as changed_on
from neighbours
inner join settlements
    on
        neighbours.knowledge_id = settlements.knowledge_id
        and neighbours.account_id = settlements.account_id
        and {{ month_end('neighbours.month') }} < settlements.settled_on
where coalesce(neighbours.month_after > {{ add_months('neighbours.month', 1) }}, true)
group by neighbours.knowledge_id, neighbours.account_id, neighbours.month
