-- A won opportunity none of whose line items is in the export, as one line with its amount.
with items as (
    select distinct salesforce_id(coalesce(OpportunityId, opportunity_id)) as opportunity_id,
    from export.opportunity_line_item
    where not gone(coalesce(IsDeleted, is_deleted), _fivetran_deleted, _fivetran_active)
),

contracts as (
    select
        salesforce_id(id) as id,
        min(coalesce(StartDate, start_date)) as starts_on,
        max(coalesce(EndDate, end_date)) as ends_on,
        max(coalesce(ContractTerm, contract_term)) as term_months,
    from export.contract
    where not said_yes(coalesce(IsDeleted, is_deleted))
    group by salesforce_id(id)
),

won as (
    select
        salesforce_id(id) as id,
        salesforce_id(coalesce(AccountId, account_id)) as account_id,
        Amount as amount,
        coalesce(CurrencyIsoCode, currency_iso_code) as currency,
        coalesce(CloseDate, close_date) as close_date,
        salesforce_id(coalesce(ContractId, contract_id)) as contract_id,
        salesforce_id(coalesce(SBQQ__AmendedContract__c, sbqq_amended_contract_c)) as amended_contract_id,
        salesforce_id(coalesce(SBQQ__RenewedContract__c, sbqq_renewed_contract_c)) as renewed_contract_id,
        field_of(to_json(opportunity), getvariable('opportunity_term_field')) as term_months,
    from export.opportunity
    where
        not gone(coalesce(IsDeleted, is_deleted), _fivetran_deleted, _fivetran_active)
        and outcome_of(coalesce(IsWon, is_won), coalesce(IsClosed, is_closed), coalesce(StageName, stage_name)) = 'won'
)

select
    won.id,
    won.id as opportunity_id,
    won.account_id,
    won.amount as unit_price,
    won.amount as total_price,
    won.currency,
    won.term_months,
    contracts.starts_on as contract_starts_on,
    contracts.ends_on as contract_ends_on,
    contracts.term_months as contract_term_months,
    won.close_date,
    won.contract_id,
    won.amended_contract_id,
    won.renewed_contract_id,
    'true' as is_won,
    'false' as is_deleted,
from won
left join contracts on coalesce(won.amended_contract_id, won.contract_id) = contracts.id
where won.id is null or won.id not in (select items.opportunity_id from items where items.opportunity_id is not null)
