-- One row per ticket.
select
    ticket_id,
    account_id,
    as_moment(submitted_at) as opened_at,
    as_moment(closed_at) as closed_at,
    case priority
        when 'urgent' then '1' when 'high' then '2' when 'medium' then '3' when 'low' then '4'
        else priority
    end as severity,
    as_number(satisfaction_score) as csat,
from source.support_tickets
order by ticket_id
