with

unpaid_lines as (

    select * from {{ ref('int_unpaid_lines') }}
    where knowledge_id = 'restated'

),

documents as (

    select * from {{ ref('int_scoped_documents') }}
    where knowledge_id = 'restated' and kind = 'invoice'

),

credits as (

    select * from {{ ref('int_document_credits') }}
    where knowledge_id = 'restated'

),

account_months as (

    select
        account_id,
        month,
        max(last_unpaid_from) as last_unpaid_from
    from unpaid_lines
    group by account_id, month

),

neighbours as (

    select
        *,
        lag(month) over (partition by account_id order by month) as month_before,
        lead(month) over (partition by account_id order by month) as month_after
    from account_months

),

settlements as (

    select
        account_id,
        paid_on as settled_on
    from documents
    where paid_amount > 0
    union all
    select
        documents.account_id,
        credits.credited_on as settled_on
    from documents
    inner join credits on documents.invoice_id = credits.invoice_id

)

select
    account_id,
    last_unpaid_from as changed_on
from neighbours
where coalesce(month_before < {{ add_months('month', -1) }}, true)
union
select
    neighbours.account_id,
    min(settlements.settled_on) as changed_on
from neighbours
inner join settlements
    on
        neighbours.account_id = settlements.account_id
        and {{ month_end('neighbours.month') }} < settlements.settled_on
where coalesce(neighbours.month_after > {{ add_months('neighbours.month', 1) }}, true)
group by neighbours.account_id, neighbours.month
