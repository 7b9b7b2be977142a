-- One row per cell of the sheet, by its row and its header. `sheet_row` only holds the cells of one row together.
with
-- One row per cell of the sheet that is filled or belongs to a month. `kind` says what a cell is:
-- paid, none, broken, total row, total column, unknown column. `sheet_row` only holds the cells of
-- one row together.
sheet_rows as (
    select
        row_number() over () as sheet_row,
        to_json(sheet) as cells_json,
    from export.sheet as sheet
)

select
    sheet_rows.sheet_row,
    entries.key as header,
    lower(trim(replace(entries.key, '　', ' '))) as plain_header,
    nullif(trim(replace(entries.value ->> '$', '　', ' ')), '') as content,
from sheet_rows, json_each(sheet_rows.cells_json) as entries
