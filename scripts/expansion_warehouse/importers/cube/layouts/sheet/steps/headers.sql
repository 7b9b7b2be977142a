-- One row per header, with the month that it means: the others name a customer or a product, or nothing known.
select distinct
    header,
    plain_header,
    cast(plain_month(header) || '-01' as date) as month,
from step.filled_cells as filled
