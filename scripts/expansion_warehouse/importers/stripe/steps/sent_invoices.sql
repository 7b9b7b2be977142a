-- One row per invoice that is no draft, with its amount without tax and the coins of its currency.
select
    *,
    coins_of(currency) as coins,
    case
        when try_cast(tax as decimal(38, 6)) is null or try_cast(total as decimal(38, 6)) is null then total
        else cast(cast(total as decimal(38, 6)) - cast(tax as decimal(38, 6)) as varchar)
    end as net,
from source.invoices
where
    coalesce(status, 'open') not in ('draft', 'deleted')
    and (coalesce(livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep')
