with

redenominations as (

    select * from {{ ref('int_redenominations') }}

),

contracted as (

    select distinct currency from {{ ref('stg_contract_lines') }}
    where is_valid

),

inside_years as (

    select distinct redenominations.from_month as month
    from redenominations
    inner join contracted on redenominations.currency = contracted.currency
    where redenominations.from_month <> {{ fiscal_year_start('redenominations.from_month') }}

)

-- No year's window may hold more than one beside the start of a fiscal year; a second one waits for that start.
select
    month,
    case
        when {{ add_months('lag(month) over (order by month)', 12) }} > month
            then {{ add_months(fiscal_year_start('month'), 12) }}
        else month
    end as rates_from
from inside_years
