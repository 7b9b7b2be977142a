-- Lines of which a column has more digits than it holds. What was cut is less than a millionth of the smallest coin,
-- so they count; whoever made the file may want to know.
{{ config(severity='warn') }}
select
    contract_line_id,
    _rounded_columns as rounded_columns,
    _rounded_by as rounded_by
from {{ ref('int_contract_lines_checked') }}
where is_usable and _rounded_columns is not null
