select distinct
    coalesce(price_id, plan_id) as price_id,
    tiers_mode,
    cast(
        row_number() over (
            partition by coalesce(price_id, plan_id) order by try_cast(up_to as decimal(38, 6)) asc nulls last
        ) as varchar
    ) as position,
    cast(up_to as varchar) as up_to,
    coalesce(cast(unit_amount_decimal as varchar), cast(unit_amount as varchar), cast(amount as varchar))
        as unit_amount,
    cast(flat_amount as varchar) as flat_amount,
from (select distinct * from export.tier)
