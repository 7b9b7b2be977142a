-- One row per invoice, credit note and refund, excluding tax. An invoice names a line, a product and a charge where all
-- of it is of that one.
with invoices as (
    select
        *,
        case
            when contains(getvariable('whole_currencies'), upper(currency)) then '1'
            when contains(getvariable('thousandth_currencies'), upper(currency)) then '1000'
            else '100'
        end as coins,
        case
            when try_cast(tax as decimal(38, 6)) is null or try_cast(total as decimal(38, 6)) is null then total
            else cast(cast(total as decimal(38, 6)) - cast(tax as decimal(38, 6)) as varchar)
        end as net,
    from source.invoices
    where
        coalesce(status, 'open') not in ('draft', 'deleted')
        and (coalesce(livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep')
),

prices as (
    select id, min(product_id) as product_id, min(usage_type) as usage_type
    from source.prices
    group by id
),

lines as (
    select
        lines.invoice_id,
        lines.subscription_item_id,
        coalesce(prices.product_id, lines.product_id) as product_id,
        case
            when lines.subscription_item_id is null then 'one_time'
            when prices.usage_type = 'metered' then 'usage'
            else 'recurring'
        end as charge_type,
    from source.invoice_lines as lines
    left join prices on lines.price_id = prices.id
),

contents as (
    select
        invoice_id,
        case
            when
                count(*) = count(subscription_item_id)
                and min(subscription_item_id) = max(subscription_item_id)
                and max(charge_type) = 'recurring'
                then min(subscription_item_id)
        end as contract_line_id,
        case when count(*) = count(product_id) and min(product_id) = max(product_id) then min(product_id) end
            as product_id,
        case
            when min(charge_type) = max(charge_type) then min(charge_type)
            when min(charge_type) <> 'recurring' and max(charge_type) <> 'recurring' then 'usage'
        end as charge_type,
    from lines
    group by invoice_id
),

billed as (
    select
        invoices.id as invoice_id,
        invoices.customer_id as account_id,
        day_in_zone(coalesce(invoices.finalized_at, invoices.created), getvariable('timezone')) as issued_on,
        day_in_zone(invoices.due_date, getvariable('timezone')) as due_on,
        day_in_zone(invoices.paid_at, getvariable('timezone')) as paid_on,
        'invoice' as kind,
        contents.product_id,
        contents.contract_line_id,
        contents.charge_type,
        invoices.status,
        -- Of a part that is paid, the same part is paid without tax.
        case
            when invoices.status <> 'paid' and invoices.amount_paid <> '0'
                then times(cast(round(try_cast(divided(
                    divided(times(invoices.amount_paid, invoices.net), invoices.total), invoices.coins
                ) as decimal(38, 12)), 6) as varchar), '1')
        end as paid_amount,
        cast(null as varchar) as settles_invoice_id,
        divided(invoices.net, invoices.coins) as amount,
        upper(invoices.currency) as currency,
    from invoices
    left join contents on invoices.id = contents.invoice_id
),

credited as (
    select
        id as invoice_id,
        customer_id as account_id,
        day_in_zone(created, getvariable('timezone')) as issued_on,
        cast(null as varchar) as due_on,
        cast(null as varchar) as paid_on,
        'credit_note' as kind,
        cast(null as varchar) as product_id,
        cast(null as varchar) as contract_line_id,
        cast(null as varchar) as charge_type,
        case status when 'void' then 'void' end as status,
        cast(null as varchar) as paid_amount,
        invoice_id as settles_invoice_id,
        divided(
            case
                when try_cast(tax as decimal(38, 6)) is null or try_cast(total as decimal(38, 6)) is null then total
                else cast(cast(total as decimal(38, 6)) - cast(tax as decimal(38, 6)) as varchar)
            end,
            case
                when contains(getvariable('whole_currencies'), upper(currency)) then '1'
                when contains(getvariable('thousandth_currencies'), upper(currency)) then '1000'
                else '100'
            end
        ) as amount,
        upper(currency) as currency,
    from source.credit_notes
    where coalesce(livemode, 'true') <> 'false' or getvariable('test_mode') = 'keep'
),

-- A refund names a payment, and the payment the customer and the invoice.
payments as (
    select id, customer_id, invoice_id, payment_intent_id from source.charges
    union all
    select charge_id as id, customer_id, id as invoice_id, payment_intent_id from source.invoices
),

by_charge as (
    select id, min(customer_id) as customer_id, min(invoice_id) as invoice_id
    from payments
    where id is not null
    group by id
),

by_intent as (
    select payment_intent_id as id, min(customer_id) as customer_id, min(invoice_id) as invoice_id
    from payments
    where payment_intent_id is not null
    group by payment_intent_id
),

totals as (
    select
        id,
        min(customer_id) as customer_id,
        min(net) as net,
        min(total) as total,
    from invoices
    group by id
    having count(*) = 1
),

paid_back as (
    select
        refunds.*,
        coalesce(by_charge.invoice_id, by_intent.invoice_id) as invoice_id,
        coalesce(refunds.customer_id, by_charge.customer_id, by_intent.customer_id) as known_customer_id,
    from source.refunds as refunds
    left join by_charge on refunds.charge_id = by_charge.id
    left join by_intent on refunds.payment_intent_id = by_intent.id
    where
        coalesce(refunds.status, 'succeeded') not in ('failed', 'canceled')
        and refunds.id not in (
            select unnest(regexp_extract_all(refund_ids, '[A-Za-z]+_[A-Za-z0-9_]+')) from source.credit_notes
        )
        and (
            getvariable('test_mode') = 'keep'
            or coalesce(refunds.charge_id, '') not in (
                select charges.id from source.charges as charges
                where charges.livemode = 'false' and charges.id is not null
            )
        )
),

refunded as (
    select
        paid_back.id as invoice_id,
        coalesce(paid_back.known_customer_id, totals.customer_id) as account_id,
        day_in_zone(paid_back.created, getvariable('timezone')) as issued_on,
        cast(null as varchar) as due_on,
        cast(null as varchar) as paid_on,
        'refund' as kind,
        cast(null as varchar) as product_id,
        cast(null as varchar) as contract_line_id,
        cast(null as varchar) as charge_type,
        cast(null as varchar) as status,
        cast(null as varchar) as paid_amount,
        cast(null as varchar) as settles_invoice_id,
        case
            when totals.total is null or totals.total = totals.net
                then divided(paid_back.amount, case
                    when contains(getvariable('whole_currencies'), upper(paid_back.currency)) then '1'
                    when contains(getvariable('thousandth_currencies'), upper(paid_back.currency)) then '1000'
                    else '100'
                end)
            else times(cast(round(try_cast(divided(
                divided(times(paid_back.amount, totals.net), totals.total), case
                    when contains(getvariable('whole_currencies'), upper(paid_back.currency)) then '1'
                    when contains(getvariable('thousandth_currencies'), upper(paid_back.currency)) then '1000'
                    else '100'
                end
            ) as decimal(38, 12)), 6) as varchar), '1')
        end as amount,
        upper(paid_back.currency) as currency,
    from paid_back
    left join totals on paid_back.invoice_id = totals.id
),

every as (
    select * from billed
    union all
    select * from credited
    union all
    select * from refunded
)

select * from every
order by invoice_id, kind, amount, account_id, issued_on, status, paid_on
