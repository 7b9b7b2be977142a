-- One row per invoice that is no draft, with its amount without tax and the coins of its currency.
select
    *,
    coins_of(currency) as coins,
    less(total, coalesce(tax, '0')) as net,
from source.invoices
where
    coalesce(status, 'open') not in ('draft', 'deleted')
    and (coalesce(livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep')
