select
    line ->> 'id' as id,
    credit_note_id,
    line ->> 'subscription_id' as subscription_id,
    line ->> 'date_from' as date_from,
    line ->> 'entity_id' as entity_id,
    line ->> 'entity_type' as entity_type
from (
    select
        coalesce(credit_note ->> 'id', id) as credit_note_id,
        unnest(cast(coalesce(credit_note -> 'line_items', line_items) as json[])) as line
    from export.credit_notes
)
