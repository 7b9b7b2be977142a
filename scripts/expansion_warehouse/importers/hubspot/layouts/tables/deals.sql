with stages as (
    select
        stage_id,
        min(label) as label,
        max(closed_won) as closed_won,
        max(coalesce(is_closed, case when try_cast(as_number(probability) as decimal(9, 6)) in (0, 1) then 'true' end))
            as is_closed,
    from export.stage
    group by stage_id
),

-- Of several companies the primary one (association type 5), else the smallest id.
companies as (
    select
        deal_id,
        coalesce(min(company_id) filter (type_id = '5'), min(company_id)) as company_id,
    from export.deal_company
    group by deal_id
),

entered as (
    select deal_stage.deal_id, min(as_moment(deal_stage.date_entered)) as proposed_at,
    from export.deal_stage
    left join stages on deal_stage.value = stages.stage_id
    where
        coalesce(
            code_of(deal_stage.value, getvariable('stages')), code_of(stages.label, getvariable('stages')),
            case when said_yes(stages.is_closed) or said_yes(stages.closed_won) then 'closed' else 'open' end
        ) = 'open'
    group by deal_stage.deal_id
),

merged as (
    select merged_deal_id, min(deal_id) as deal_id,
    from export.merged_deal
    group by merged_deal_id
),

deals as (
    select
        coalesce(deal_id, id) as id,
        coalesce(property_dealtype, dealtype) as type,
        coalesce(deal_pipeline_stage_id, dealstage) as stage_id,
        coalesce(property_hs_is_closed_won, hs_is_closed_won) as is_won,
        coalesce(property_hs_is_closed, hs_is_closed) as is_closed,
        coalesce(property_amount, amount) as amount,
        coalesce(property_deal_currency_code, deal_currency_code) as currency,
        coalesce(property_closedate, closedate) as close_date,
        coalesce(property_createdate, createdate) as created_at,
        coalesce(property_closed_lost_reason, closed_lost_reason) as lost_reason,
        coalesce(property_hs_analytics_source, hs_analytics_source) as channel,
        cast(gone(coalesce(is_deleted, archived), _fivetran_deleted, null) as varchar) as is_deleted,
    from export.deal
)

select
    deals.* exclude (stage_id, is_won, is_closed),
    companies.company_id as account_id,
    case
        when code_of(deals.stage_id, getvariable('stages')) is not null then deals.stage_id
        else coalesce(stages.label, deals.stage_id)
    end as stage,
    coalesce(deals.is_won, stages.closed_won) as is_won,
    coalesce(deals.is_closed, stages.is_closed, case when said_yes(stages.closed_won) then 'true' end) as is_closed,
    entered.proposed_at,
    merged.deal_id as merged_into,
from deals
left join companies on deals.id = companies.deal_id
left join stages on deals.stage_id = stages.stage_id
left join entered on deals.id = entered.deal_id
left join merged on deals.id = merged.merged_deal_id
