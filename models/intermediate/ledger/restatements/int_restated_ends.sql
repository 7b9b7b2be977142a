with

restated_lines as (

    select * from {{ ref('int_restated_lines') }}

),

windows as (

    select * from {{ ref('retention_windows') }}

)

-- The month-ends at which the line's part is not what it was.
select
    restated_lines.month,
    {{ add_months('restated_lines.month', '-windows.window_months') }} as compared_month,
    restated_lines.contract_line_id
from restated_lines
inner join windows on restated_lines.retention_window = windows.retention_window
where restated_lines.opening_difference <> 0
union
select
    month,
    month as compared_month,
    contract_line_id
from restated_lines
where closing_difference <> 0
