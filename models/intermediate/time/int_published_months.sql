with

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

months as (

    select * from {{ ref('int_months') }}

)

select
    knowledge.basis,
    knowledge.knowledge_id,
    months.month
from knowledge
inner join months on months.month = coalesce(knowledge.closing_month, months.month)
