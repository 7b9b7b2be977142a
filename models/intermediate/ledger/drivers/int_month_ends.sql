with

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

periods as (

    select * from {{ ref('int_rate_periods') }}

),

-- A close explains the months of its longest retention window.
explained as (

    select
        knowledge.knowledge_id,
        periods.month,
        {{ add_months('periods.month', -1) }} as month_before,
        periods.opens_rate_period
    from knowledge
    inner join periods
        on
            periods.month between knowledge.first_month and knowledge.last_month
            and (knowledge.closing_month is null or knowledge.looks_back_to < periods.month)

)

select
    knowledge_id,
    month,
    month_before as balance_month,
    opens_rate_period,
    false as is_closing
from explained
union all
select
    knowledge_id,
    month,
    month as balance_month,
    opens_rate_period,
    true as is_closing
from explained
