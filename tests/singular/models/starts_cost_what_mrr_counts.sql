-- A version whose first covered day is a month-end is valued on that day by MRR and by CMRR alike: one amount.
with

starts as (

    select * from {{ ref('int_line_starts') }}

),

start_amounts as (

    select * from {{ ref('int_line_start_amounts') }}

),

line_months as (

    select * from {{ ref('int_line_months') }}

),

line_amounts as (

    select * from {{ ref('int_line_amounts') }}

)

select
    starts.knowledge_id,
    starts.version_id,
    starts.covered_from,
    start_amounts.net_native as start_amount,
    line_amounts.net_native as month_amount
from starts
inner join line_months
    on
        starts.knowledge_id = line_months.knowledge_id
        and starts.version_id = line_months.version_id
        and starts.covered_from = line_months.valued_on
inner join line_amounts
    on
        line_months.knowledge_id = line_amounts.knowledge_id
        and line_months.version_id = line_amounts.version_id
        and line_months.month = line_amounts.month
left join start_amounts
    on starts.knowledge_id = start_amounts.knowledge_id and starts.version_id = start_amounts.version_id
where line_amounts.net_amount >= 0 and start_amounts.net_native is distinct from line_amounts.net_native
