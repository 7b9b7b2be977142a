-- Of several companies the primary one (association type 26), else the smallest id.
with companies as (
    select
        ticket_id,
        coalesce(min(company_id) filter (type_id = '26'), min(company_id)) as company_id,
    from export.ticket_company
    group by ticket_id
)

select
    ticket.id,
    companies.company_id as account_id,
    coalesce(ticket.property_createdate, ticket.createdate) as opened_at,
    coalesce(ticket.property_closed_date, ticket.closed_date) as closed_at,
    coalesce(ticket.property_hs_ticket_priority, ticket.hs_ticket_priority) as priority,
    coalesce(ticket.property_hs_ticket_category, ticket.hs_ticket_category) as category,
    cast(gone(coalesce(ticket.is_deleted, ticket.archived), ticket._fivetran_deleted, null) as varchar) as is_deleted,
from export.ticket as ticket
left join companies on ticket.id = companies.ticket_id
