-- A line item with its deal. One that was typed in without a product sells what it is called.
with deals as (
    select
        id, account_id, currency, close_date,
        outcome_of(is_won, is_closed, stage, getvariable('stages')) = 'won' as is_won,
    from source.deals
),

-- One row per deal, also where the export repeats one: a won one comes first.
one_deal as (
    select distinct on (id) *,
    from deals
    order by id, is_won desc, account_id, currency, close_date
),

items as (
    select
        coalesce("Record ID", "レコードID") as id,
        trim(split_part(coalesce("Associated Deal IDs", "Deal ID"), ';', 1)) as deal_id,
        coalesce("Product ID", "Name", "名前") as product_id,
        "Billing frequency" as frequency,
        coalesce("Quantity", "数量") as quantity,
        coalesce("Unit price", "単価") as unit_price,
        "Unit discount" as unit_discount,
        replace("Discount percentage", '%', '') as discount_percent,
        "Net price" as net_price,
        coalesce("Currency", "通貨") as currency,
        "Billing start date" as starts_on,
        "Billing end date" as ends_on,
        coalesce("Term", "Term (months)") as term,
        "Billing terms" as renews,
        "Delayed billing start by days" as delay_days,
        "Delayed billing start by months" as delay_months,
    from export.line_items_export
)

select
    items.* exclude (currency),
    one_deal.account_id,
    coalesce(items.currency, one_deal.currency) as currency,
    one_deal.close_date,
    cast(one_deal.is_won as varchar) as is_won,
from items
left join one_deal on items.deal_id = one_deal.id
