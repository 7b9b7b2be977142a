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

),

reporting as (

    {{ reporting_currency_digits() }}

),

summed as (

    select
        amounts.knowledge_id,
        amounts.account_id,
        amounts.product_id,
        months.month,
        cast(sum(amounts.amount) as decimal(19, 3)) as amount
    from amounts
    inner join knowledge on amounts.knowledge_id = knowledge.knowledge_id
    inner join months
        on
            amounts.month <= months.month
            and months.month < {{ add_months('amounts.month', setting('usage_avg_months')) }}
            and knowledge.last_month >= months.month
    group by amounts.knowledge_id, amounts.account_id, amounts.product_id, months.month

)

-- Months without usage count as zero: the sum is always shared by the full number of months.
select
    summed.knowledge_id,
    summed.account_id,
    summed.product_id,
    summed.month,
    cast({{ round_to_minor_unit(
        'round(' ~ decimal_from_units(multiply_divide(
            exact_integer('summed.amount', '1000'), '1000000000000000', setting('usage_avg_months')
        )) ~ ', 12)', 'reporting.minor_unit_digits'
    ) }} as decimal(19, 3)) as usage_mrr_avg
from summed
cross join reporting
