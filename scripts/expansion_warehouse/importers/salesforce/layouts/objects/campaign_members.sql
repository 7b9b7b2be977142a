with campaigns as (
    select salesforce_id(id) as id, min(Type) as campaign_type,
    from export.campaign
    group by salesforce_id(id)
),

people as (
    select salesforce_id(id) as id, min(salesforce_id(coalesce(AccountId, account_id))) as account_id,
    from export.contact
    group by salesforce_id(id)
),

members as (
    select
        salesforce_id(id) as id,
        salesforce_id(coalesce(CampaignId, campaign_id)) as campaign_id,
        salesforce_id(coalesce(ContactId, contact_id)) as contact_id,
        salesforce_id(coalesce(AccountId, account_id)) as account_id,
        coalesce(HasResponded, has_responded) as has_responded,
        coalesce(FirstRespondedDate, first_responded_date) as responded_at,
        cast(gone(coalesce(IsDeleted, is_deleted), _fivetran_deleted, _fivetran_active) as varchar) as is_deleted,
    from export.campaign_member
)

select
    members.id,
    coalesce(members.account_id, people.account_id) as account_id,
    campaigns.campaign_type,
    members.has_responded,
    members.responded_at,
    members.is_deleted,
from members
left join campaigns on members.campaign_id = campaigns.id
left join people on members.contact_id = people.id
