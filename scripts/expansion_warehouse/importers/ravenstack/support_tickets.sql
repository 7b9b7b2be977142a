-- One row per ticket.
select
    ticket_id,
    account_id,
    cast(submitted_at as timestamp) as opened_at,
    cast(closed_at as timestamp) as closed_at,
    case priority when 'urgent' then 1 when 'high' then 2 when 'medium' then 3 when 'low' then 4 end
        as severity,
    cast(satisfaction_score as decimal(16, 4)) as csat,
from source.support_tickets
order by ticket_id
