-- One row per version of a recurring line, in the words of the contract.
select
    lines.line_id as contract_line_id,
    lines.subscription_id as contract_id,
    coalesce(subscriptions.customer_id, lines.customer_id) as account_id,
    lines.item_price_id,
    'recurring' as charge_type,
    lines.quantity,
    lines.price as unit_price,
    lines.period_unit as billing_unit,
    lines.period as billing_interval,
    coalesce(lines.currency, subscriptions.currency) as currency,
    lines.tax_share as tax_rate,
    lines.is_tax_inclusive,
    lines.starts_on,
    lines.ends_on,
    case when lines.effective_from = lines.first_from then lines.starts_on else lines.effective_from end
    as effective_from,
    lines.signed_on,
    lines.is_trial
from step.dated_versions as lines
left join step.subscriptions on lines.subscription_id = subscriptions.id
