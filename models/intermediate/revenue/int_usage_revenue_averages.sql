with

amounts as (

    select * from {{ ref('int_nonrecurring_amounts') }}
    where charge_type = 'usage'

),

months as (

    select * from {{ ref('int_months') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

)

-- Months without usage count as zero: the sum is always shared by the full number of months.
select
    amounts.knowledge_id,
    amounts.account_id,
    amounts.product_id,
    months.month,
    cast(round(
        cast(sum(amounts.amount) as decimal(18, 2)) * cast(1.0 / {{ setting('usage_avg_months') }} as decimal(18, 15)), 2
    ) as decimal(18, 2)) as usage_mrr_avg
from amounts
inner join knowledge on amounts.knowledge_id = knowledge.knowledge_id
inner join months
    on months.month >= amounts.month
    and months.month < {{ add_months('amounts.month', setting('usage_avg_months')) }}
    and months.month <= knowledge.last_month
group by amounts.knowledge_id, amounts.account_id, amounts.product_id, months.month
