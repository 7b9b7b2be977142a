-- One invoice per line and billing period, for the state in force on the day it is issued.
create or replace table billed as
with bill_days as (
    select
        l.*,
        cast(k.k as integer) as k,
        months_after(
            l.line_start,
            k.k * case l.billing_unit when 'month' then 1 when 'quarter' then 3 else l.term_months end
        ) as issued_on
    from lines as l
    join (select range as k from range(getvariable('months') + 1)) as k
        on k.k = 0 or l.mode <> 'year' or l.is_stub
),

due as (
    select d.*
    from bill_days as d
    left join pauses as p on d.line_id = p.line_id and d.issued_on between p.paused_from and p.paused_to
    where d.issued_on <= getvariable('as_of_date')
        and (d.stop_on is null or d.issued_on < d.stop_on)
        and (d.ends_on is null or d.issued_on <= d.ends_on)
        and p.line_id is null
),

states as (
    select line_id, coalesce(effective_from, date '1900-01-01') as valid_from, seats, unit_price, discount_rate
    from line_versions
    where version < 2
)

select
    d.line_id, d.n, d.account_id, d.reseller_id, d.product, d.currency, d.issued_on, d.k, d.cause, d.ends_life, d.stop_on,
    cast(to_minor(cast(s.seats * s.unit_price as decimal(18, 2)) * (1 - s.discount_rate), d.currency) as decimal(18, 2)) as amount
from due as d
asof join states as s on d.line_id = s.line_id and d.issued_on >= s.valid_from;

create or replace table company_invoices as
with charges as (
    select
        'INV-' || line_id || '-' || strftime(issued_on, '%Y%m%d') as invoice_id,
        n, account_id, reseller_id, product, currency, issued_on, amount,
        ends_life and cause = 'non_payment' and issued_on >= stop_on - 95 as stays_unpaid
    from billed

    union all

    -- Seats or a plan added inside a yearly term are billed for the rest of the term.
    select
        'INV-' || a.line_id || '-' || strftime(a.effective_from, '%Y%m%d') || '-A',
        a.n, a.account_id, a.reseller_id, a.product, a.currency, a.effective_from,
        cast(to_minor((a.mrr - a.mrr_before) * a.days_left / 30.4375, a.currency) as decimal(18, 2)),
        false
    from (select *, cast(ends_on - effective_from + 1 as decimal(8, 0)) as days_left from amendments) as a
    where a.billing_unit = 'year' and a.mrr > a.mrr_before

    union all

    select
        'INV-' || contract_line_id, c.n, c.account_id, c.reseller_id, l.product_id, l.currency, l.starts_on,
        l.unit_price, false
    from company_lines as l
    join company as c on c.account_id = coalesce(l.end_customer_account_id, l.account_id)
    where l.charge_type in ('one_time', 'usage')
),

dated as (
    select
        c.*,
        c.issued_on + 30 as due_on,
        s.satisfaction,
        draw('pays', c.invoice_id) as pays
    from charges as c
    left join satisfaction as s on c.n = s.n and s.m = month_of(c.issued_on)
    where c.amount > 0
)

select
    *,
    case
        when stays_unpaid then null
        -- The unhappy pay late, but nobody who stays is later than the dunning period allows.
        when pays > 0.97 - 0.10 * logistic((400 - satisfaction) / 50.0) then due_on + 4 + pick(48, 'pays_late_by', invoice_id)
        else issued_on + 12 + pick(20, 'pays_on', invoice_id)
    end as paid_on
from dated;

insert into raw.invoices by name
select
    invoice_id,
    coalesce(reseller_id, account_id) as account_id,
    issued_on,
    due_on,
    case when paid_on <= getvariable('as_of_date') then paid_on end as paid_on,
    'invoice' as kind,
    product as product_id,
    amount,
    currency,
    cast(issued_on as timestamp) + interval 1 hour as recorded_at
from company_invoices;

-- Corrections: amounts are negative, as they change what the customer owes or gets back.
insert into raw.invoices by name
with corrected as (
    select *, draw('correction', invoice_id) as correction
    from company_invoices
    where paid_on is not null and paid_on + 15 <= getvariable('as_of_date')
)

select
    case when correction < 0.004 then 'REF-' else 'CRN-' end || invoice_id as invoice_id,
    coalesce(reseller_id, account_id) as account_id,
    paid_on + 3 + pick(12, 'corrected_on', invoice_id) as issued_on,
    cast(null as date) as due_on,
    case when correction < 0.004 then paid_on + 3 + pick(12, 'corrected_on', invoice_id) end as paid_on,
    case when correction < 0.004 then 'refund' else 'credit_note' end as kind,
    product as product_id,
    -cast(to_minor(
        amount * cast(1 + pick(5, 'corrected_share', invoice_id) as decimal(3, 0)) / 10, currency
    ) as decimal(18, 2)) as amount,
    currency,
    cast(paid_on + 3 + pick(12, 'corrected_on', invoice_id) as timestamp) + interval 1 hour as recorded_at
from corrected
where correction < 0.014;
