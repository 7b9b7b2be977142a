select
    id,
    credit_note_id,
    subscription_id,
    date_from,
    entity_id,
    entity_type
from export.credit_note_line_item
where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
