-- One row per product of the sheet.
select distinct
    product_id,
    product_id as product_name,
from source.cells
where product_id is not null and kind <> 'total row'
order by product_id
