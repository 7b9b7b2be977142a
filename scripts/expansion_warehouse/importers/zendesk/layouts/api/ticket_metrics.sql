select
    ticket_id,
    solved_at
from export.ticket_metrics
