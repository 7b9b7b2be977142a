with

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

months as (

    select * from {{ ref('int_months') }}

),

-- A close explains the months of its longest retention window.
explained as (

    select
        knowledge.knowledge_id,
        months.month,
        {{ add_months('months.month', -1) }} as month_before,
        months.fiscal_year <> {{ fiscal_year(add_months('months.month', -1)) }} as opens_fiscal_year
    from knowledge
    inner join months
        on
            months.month between knowledge.first_month and knowledge.last_month
            and (knowledge.closing_month is null or knowledge.looks_back_to < months.month)

)

select
    knowledge_id,
    month,
    month_before as balance_month,
    opens_fiscal_year,
    false as is_closing
from explained
union all
select
    knowledge_id,
    month,
    month as balance_month,
    opens_fiscal_year,
    true as is_closing
from explained
