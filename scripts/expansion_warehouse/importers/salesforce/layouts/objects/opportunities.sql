-- An opportunity with the contract that it names and the day on which it was first seen in an open stage.
with changes as (
    select
        salesforce_id(coalesce(OpportunityId, opportunity_id)) as opportunity_id,
        min(as_moment(coalesce(CreatedDate, created_date))) as proposed_at,
    from export.opportunity_history
    where coalesce(code_of(coalesce(StageName, stage_name), getvariable('stages')), 'open') = 'open'
    group by salesforce_id(coalesce(OpportunityId, opportunity_id))
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

opportunities as (
    select
        salesforce_id(id) as id,
        salesforce_id(coalesce(AccountId, account_id)) as account_id,
        Type as type,
        coalesce(StageName, stage_name) as stage,
        coalesce(IsWon, is_won) as is_won,
        coalesce(IsClosed, is_closed) as is_closed,
        Amount as amount,
        coalesce(CurrencyIsoCode, currency_iso_code) as currency,
        coalesce(CloseDate, close_date) as close_date,
        coalesce(CreatedDate, created_date) as created_at,
        field_of(to_json(opportunity), getvariable('opportunity_term_field')) as term_months,
        field_of(to_json(opportunity), getvariable('lost_reason_field')) as lost_reason,
        coalesce(LeadSource, lead_source) as channel,
        salesforce_id(coalesce(ContractId, contract_id)) as contract_id,
        salesforce_id(coalesce(SBQQ__AmendedContract__c, sbqq_amended_contract_c)) as amended_contract_id,
        salesforce_id(coalesce(SBQQ__RenewedContract__c, sbqq_renewed_contract_c)) as renewed_contract_id,
        cast(gone(coalesce(IsDeleted, is_deleted), _fivetran_deleted, _fivetran_active) as varchar) as is_deleted,
    from export.opportunity
)

select
    opportunities.*,
    changes.proposed_at,
    contracts.starts_on as contract_starts_on,
    contracts.ends_on as contract_ends_on,
    contracts.term_months as contract_term_months,
from opportunities
left join changes on opportunities.id = changes.opportunity_id
left join contracts on coalesce(opportunities.amended_contract_id, opportunities.contract_id) = contracts.id
