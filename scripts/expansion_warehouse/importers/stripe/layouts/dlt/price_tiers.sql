select distinct
    prices.id as price_id,
    prices.tiers_mode,
    cast(tiers._dlt_list_idx as varchar) as position,
    cast(tiers.up_to as varchar) as up_to,
    coalesce(cast(tiers.unit_amount_decimal as varchar), cast(tiers.unit_amount as varchar)) as unit_amount,
    coalesce(cast(tiers.flat_amount_decimal as varchar), cast(tiers.flat_amount as varchar)) as flat_amount,
from export.tiers as tiers
inner join export.prices as prices on tiers._dlt_parent_id = prices._dlt_id
