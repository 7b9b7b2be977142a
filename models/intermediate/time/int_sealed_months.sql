with

sealed_months as (

    select * from {{ ref('stg_sealed_months') }}

),

months as (

    select * from {{ ref('int_months') }}

)

-- A build that looks back to before a close does not know its seal.
select
    months.month,
    {{ month_name('months.month') }} as knowledge_id
from sealed_months
inner join months on sealed_months.month = months.month
where months.is_closed
