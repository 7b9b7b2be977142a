-- The full JSON export holds the objects that the API only names by their ids.
select
    id,
    coalesce(organization_id, organization ->> 'id') as organization_id,
    coalesce(requester_id, requester ->> 'id') as requester_id,
    status,
    priority,
    type,
    created_at,
    updated_at,
    metric_set ->> 'solved_at' as solved_at,
    array_to_string(cast(cast(tags as json) as varchar[]), ' ') as tags,
    list_filter(
        cast(coalesce(custom_fields, fields) as json[]),
        lambda field: field ->> 'id' = getvariable('topic_field')
    )[1] ->> 'value' as topic_value,
    satisfaction_rating ->> 'score' as score
from export.tickets
