select
    id,
    ticket_id,
    requester_id,
    score,
    created_at,
    updated_at
from export.satisfaction_rating
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
