-- Calls, e-mails, meetings, notes and tasks, of their company, else of their deal's, else of their contact's.
with activities as (
    select
        engagement_id as id, 'CALL' as type, property_hs_timestamp as done_at, null as is_done,
        property_hs_call_disposition as outcome, null as direction, property_hubspot_owner_id as owner_id,
        gone(null, _fivetran_deleted, null) as is_deleted,
    from export.engagement_call
    union all
    select
        engagement_id, 'EMAIL', property_hs_timestamp, null, null, property_hs_email_direction,
        property_hubspot_owner_id, gone(null, _fivetran_deleted, null),
    from export.engagement_email
    union all
    select
        engagement_id, 'MEETING', coalesce(property_hs_timestamp, start_time),
        case
            when upper(coalesce(property_hs_meeting_outcome, meeting_outcome))
                in ('CANCELED', 'CANCELLED', 'NO_SHOW', 'RESCHEDULED')
                then 'false'
        end,
        null, null, property_hubspot_owner_id, gone(null, _fivetran_deleted, null),
    from export.engagement_meeting
    union all
    select
        engagement_id, 'NOTE', property_hs_timestamp, null, null, null, property_hubspot_owner_id,
        gone(null, _fivetran_deleted, null),
    from export.engagement_note
    union all
    select
        engagement_id, coalesce(property_hs_task_type, 'TODO'),
        coalesce(property_hs_task_completion_date, property_hs_timestamp),
        case when property_hs_task_status = 'COMPLETED' then 'true' else 'false' end,
        null, null, property_hubspot_owner_id, gone(null, _fivetran_deleted, null),
    from export.engagement_task
),

companies as (
    select engagement_id, min(company_id) as company_id,
    from export.engagement_company
    group by engagement_id
),

by_deal as (
    select engagement_deal.engagement_id, min(deals.account_id) as company_id,
    from export.engagement_deal
    left join source.deals as deals on engagement_deal.deal_id = deals.id
    group by engagement_deal.engagement_id
),

by_contact as (
    select engagement_contact.engagement_id, min(contacts.account_id) as company_id,
    from export.engagement_contact
    left join source.contacts as contacts on engagement_contact.contact_id = contacts.id
    group by engagement_contact.engagement_id
),

owners as (
    select
        coalesce(owner_id, id) as id,
        min(coalesce(nullif(trim(concat_ws(' ', first_name, last_name)), ''), email)) as owner_name,
    from export.owner
    group by coalesce(owner_id, id)
)

select
    activities.* exclude (owner_id, is_deleted),
    coalesce(companies.company_id, by_deal.company_id, by_contact.company_id) as account_id,
    coalesce(owners.owner_name, activities.owner_id) as owner,
    cast(activities.is_deleted as varchar) as is_deleted,
from activities
left join companies on activities.id = companies.engagement_id
left join by_deal on activities.id = by_deal.engagement_id
left join by_contact on activities.id = by_contact.engagement_id
left join owners on activities.owner_id = owners.id
