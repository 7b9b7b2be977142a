-- One line per customer, product and run of months with MRR, one version per change of its price.
-- The last month of the sheet leaves a line open; a line that ends before it is terminated on the
-- last day of its month, so that no gap is bridged. A cell that is no amount, or a negative one,
-- becomes a line of its own month and arrives as it came: the warehouse refuses it by name. So do the cells of a month
-- that several rows fill: they are numbered, so that they contradict each other, whether their amounts do or not.
with cells as (
    select
        *,
        max(month) over () as last_month,
    from source.cells
    where kind in ('paid', 'none', 'broken', 'repeated') and month is not null
),

runs as (
    select
        *,
        -- Consecutive months of one kind have one difference to their running number.
        date_diff('month', date '2000-01-01', month)
        - row_number() over (partition by sheet_row, kind order by month) as run,
        case
            when kind = 'repeated'
                then row_number() over (
                    partition by account_id, product_id, currency, line, month, kind order by amount
                )
        end as repetition,
    from cells
    where kind <> 'none'
),

steps as (
    select
        *,
        min(month) over one_run as first_month,
        max(month) over one_run as final_month,
        lag(amount) over (one_run order by month) as amount_before,
    from runs
    window one_run as (partition by sheet_row, kind, run, case when kind <> 'paid' then month end)
)

select
    concat_ws('/', account_id, product_id, currency, line, strftime(first_month, '%Y-%m')) as contract_line_id,
    concat_ws('/', account_id, product_id, currency, line, '#' || repetition) as contract_id,
    account_id,
    product_id,
    'recurring' as charge_type,
    cast(1 as decimal(22, 6)) as quantity,
    'flat' as unit,
    amount as unit_price,
    'month' as billing_unit,
    currency,
    first_month as starts_on,
    case when kind <> 'paid' or final_month < last_month then last_day(final_month) end as terminated_on,
    month as effective_from,
from steps
where amount_before is null or amount_before <> amount
order by contract_line_id, effective_from, unit_price, contract_id
