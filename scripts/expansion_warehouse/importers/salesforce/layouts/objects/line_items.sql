-- A line item with what its opportunity and its product say.
with deals as (
    select
        id, account_id, currency, close_date, contract_id, contract_starts_on, contract_ends_on, contract_term_months,
        amended_contract_id, renewed_contract_id, term_months,
        said_yes(is_deleted) as is_deleted,
        outcome_of(is_won, is_closed, stage, getvariable('stages')) = 'won' as is_won,
    from source.opportunities
),

-- One row per opportunity, also where the export repeats one: what is there and won comes first.
opportunities as (
    select distinct on (id) *,
    from deals
    order by
        id, is_deleted, is_won desc, account_id, currency, close_date, contract_id, contract_starts_on,
        contract_ends_on, contract_term_months, amended_contract_id, renewed_contract_id, term_months
),

entries as (
    select salesforce_id(id) as id, min(salesforce_id(coalesce(Product2Id, product_2_id, product2_id))) as product_id,
    from export.pricebook_entry
    group by salesforce_id(id)
),

products as (
    select
        salesforce_id(id) as id,
        min(coalesce(
            field_of(to_json(product), getvariable('charge_field')), SBQQ__ChargeType__c, sbqq_charge_type_c, Family
        )) as charge,
    from export.product
    group by salesforce_id(id)
),

items as (
    select
        salesforce_id(id) as id,
        salesforce_id(coalesce(OpportunityId, opportunity_id)) as opportunity_id,
        salesforce_id(coalesce(Product2Id, product_2_id, product2_id)) as product_id,
        salesforce_id(coalesce(PricebookEntryId, pricebook_entry_id)) as entry_id,
        coalesce(SBQQ__SubscriptionType__c, sbqq_subscription_type_c) as charge,
        Quantity as quantity,
        coalesce(UnitPrice, unit_price) as unit_price,
        Discount as discount,
        coalesce(TotalPrice, total_price) as total_price,
        coalesce(CurrencyIsoCode, currency_iso_code) as currency,
        coalesce(field_of(to_json(opportunity_line_item), getvariable('line_start_field')), ServiceDate, service_date)
            as starts_on,
        field_of(to_json(opportunity_line_item), getvariable('line_end_field')) as ends_on,
        field_of(to_json(opportunity_line_item), getvariable('line_term_field')) as term_months,
        gone(coalesce(IsDeleted, is_deleted), _fivetran_deleted, _fivetran_active) as is_deleted,
    from export.opportunity_line_item
)

select
    items.* exclude (entry_id, product_id, charge, currency, term_months, is_deleted),
    opportunities.account_id,
    coalesce(items.product_id, entries.product_id) as product_id,
    case when code_of(items.charge, getvariable('charge_types')) is not null then items.charge else products.charge end
        as charge,
    coalesce(items.currency, opportunities.currency) as currency,
    coalesce(items.term_months, opportunities.term_months) as term_months,
    opportunities.contract_starts_on,
    opportunities.contract_ends_on,
    opportunities.contract_term_months,
    opportunities.close_date,
    opportunities.contract_id,
    opportunities.amended_contract_id,
    opportunities.renewed_contract_id,
    cast(opportunities.is_won as varchar) as is_won,
    cast(items.is_deleted or coalesce(opportunities.is_deleted, false) as varchar) as is_deleted,
from items
left join opportunities on items.opportunity_id = opportunities.id
left join entries on items.entry_id = entries.id
left join products on coalesce(items.product_id, entries.product_id) = products.id
