-- One row per billed period of use and per charge that is billed once, net of its discounts.
select
    id as contract_line_id,
    subscription_id as contract_id,
    customer_id as account_id,
    entity_id as item_price_id,
    case charge_type when 'usage' then 'usage' else 'one_time' end as charge_type,
    quantity,
    less(amount, coalesce(discount_amount, '0')) as amount,
    'term' as billing_unit,
    currency,
    tax_share as tax_rate,
    is_tax_inclusive,
    from_day as starts_on,
    case when charge_type = 'usage' then greatest(from_day, to_day) else from_day end as ends_on,
    case when is_void then 'void' end as status
from step.billed_lines as billed
where charge_type <> 'recurring' or subscription_id is null
