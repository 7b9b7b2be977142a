with

months as (

    select * from {{ ref('int_months') }}

),

-- The month that is running; it is seen up to the as-of date, unless it is complete then.
running as (

    select
        {{ month_start(as_of_date()) }} as month,
        {{ as_of_date() }} as month_end

)

select
    month,
    month_end,
    fiscal_year,
    true as is_complete
from months
union all
select
    month,
    month_end,
    {{ fiscal_year('month') }} as fiscal_year,
    false as is_complete
from running
where month_end < {{ month_end('month') }}
