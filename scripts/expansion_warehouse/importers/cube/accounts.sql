-- One row per customer and name of the sheet, whether it ever paid or not.
select distinct
    account_id,
    account_name,
from source.cells
where account_id is not null and kind <> 'total row'
order by account_id, account_name
