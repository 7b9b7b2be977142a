with changes as (
    select
        salesforce_id(coalesce(OpportunityId, opportunity_id)) as opportunity_id,
        min(as_moment(coalesce(CreatedDate, created_date))) as proposed_at,
    from export.opportunity_history
    where coalesce(code_of(coalesce(StageName, stage_name), getvariable('stages')), 'open') = 'open'
    group by salesforce_id(coalesce(OpportunityId, opportunity_id))
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
        cast(gone(coalesce(IsDeleted, is_deleted), _fivetran_deleted, _fivetran_active) as varchar) as is_deleted,
    from export.opportunity
)

select
    opportunities.*,
    changes.proposed_at,
from opportunities
left join changes on opportunities.id = changes.opportunity_id
