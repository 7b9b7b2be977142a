-- Accounts that only ever got money back: RFM leaves them out (a customer has bought something). A person should look.
{{ config(severity='warn') }}
with

documents as (

    select * from {{ ref('int_billing_documents') }}

),

latest as (

    select max(month) as last_month from documents

)

select
    documents.account_id,
    documents.month,
    count(*) as documents,
    sum(documents.amount) as net_billings
from documents
inner join latest on documents.month = latest.last_month
group by documents.account_id, documents.month
having max(case when documents.is_purchase then 1 else 0 end) = 0 and min(documents.amount) < 0
