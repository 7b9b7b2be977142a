-- Tasks and events. The day of a task is the one on which it was done, else the one on which it was due.
with names as (
    select salesforce_id(users.id) as user_id, min(users.name) as user_name,
    from export.user as users
    group by salesforce_id(users.id)
),

activities as (
    select
        salesforce_id(id) as id,
        salesforce_id(coalesce(AccountId, account_id)) as account_id,
        Type as type,
        coalesce(TaskSubtype, task_subtype) as subtype,
        coalesce(
            day_in_zone(coalesce(CompletedDateTime, completed_date_time), getvariable('timezone')),
            as_day(coalesce(ActivityDate, activity_date))
        ) as done_on,
        coalesce(IsClosed, is_closed, 'false') as is_done,
        salesforce_id(coalesce(OwnerId, owner_id)) as owner_id,
        cast(gone(coalesce(IsDeleted, is_deleted), _fivetran_deleted, _fivetran_active) as varchar) as is_deleted,
    from export.task
    union all
    select
        salesforce_id(id) as id,
        salesforce_id(coalesce(AccountId, account_id)) as account_id,
        Type as type,
        coalesce(EventSubtype, event_subtype, 'Event') as subtype,
        coalesce(
            as_day(coalesce(ActivityDate, activity_date)),
            day_in_zone(coalesce(ActivityDateTime, activity_date_time), getvariable('timezone'))
        ) as done_on,
        'true' as is_done,
        salesforce_id(coalesce(OwnerId, owner_id)) as owner_id,
        cast(gone(coalesce(IsDeleted, is_deleted), _fivetran_deleted, _fivetran_active) as varchar) as is_deleted,
    from export.event
)

select
    activities.* exclude (owner_id),
    coalesce(names.user_name, activities.owner_id) as owner,
from activities
left join names on activities.owner_id = names.user_id
