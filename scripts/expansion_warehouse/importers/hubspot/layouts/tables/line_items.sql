-- A line item with its deal. One that was typed in without a product sells what it is called.
with deals as (
    select
        id, account_id, currency, close_date,
        said_yes(is_deleted) or merged_into is not null as is_deleted,
        outcome_of(is_won, is_closed, stage, getvariable('stages')) = 'won' as is_won,
    from source.deals
),

-- One row per deal, also where the export repeats one: what is there and won comes first.
one_deal as (
    select distinct on (id) *,
    from deals
    order by id, is_deleted, is_won desc, account_id, currency, close_date
),

of_deals as (
    select line_item_id, min(deal_id) as deal_id,
    from export.line_item_deal
    group by line_item_id
),

items as (
    select
        id,
        coalesce(product_id, property_hs_product_id, hs_product_id, property_name, name) as product_id,
        coalesce(property_recurringbillingfrequency, recurringbillingfrequency) as frequency,
        coalesce(property_quantity, quantity) as quantity,
        coalesce(property_price, price) as unit_price,
        coalesce(property_discount, discount) as unit_discount,
        coalesce(property_hs_discount_percentage, hs_discount_percentage) as discount_percent,
        coalesce(property_amount, amount) as net_price,
        coalesce(property_hs_line_item_currency_code, hs_line_item_currency_code) as currency,
        coalesce(property_hs_recurring_billing_start_date, hs_recurring_billing_start_date) as starts_on,
        coalesce(property_hs_recurring_billing_end_date, hs_recurring_billing_end_date) as ends_on,
        coalesce(
            property_hs_recurring_billing_period, hs_recurring_billing_period, property_hs_term_in_months,
            hs_term_in_months
        ) as term,
        coalesce(property_hs_recurring_billing_terms, hs_recurring_billing_terms) as renews,
        coalesce(property_hs_billing_start_delay_days, hs_billing_start_delay_days) as delay_days,
        coalesce(property_hs_billing_start_delay_months, hs_billing_start_delay_months) as delay_months,
        gone(coalesce(is_deleted, archived), _fivetran_deleted, null) as is_deleted,
    from export.line_item
)

select
    items.* exclude (currency, is_deleted),
    of_deals.deal_id,
    one_deal.account_id,
    coalesce(items.currency, one_deal.currency) as currency,
    one_deal.close_date,
    cast(one_deal.is_won as varchar) as is_won,
    cast(items.is_deleted or coalesce(one_deal.is_deleted, false) as varchar) as is_deleted,
from items
left join of_deals on items.id = of_deals.line_item_id
left join one_deal on of_deals.deal_id = one_deal.id
