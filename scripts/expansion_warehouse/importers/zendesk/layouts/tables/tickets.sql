with

tags as (

    select
        ticket_id,
        string_agg(distinct tag, ' ' order by tag) as tags
    from export.ticket_tag
    where coalesce(lower(_fivetran_deleted), 'false') <> 'true'
    group by ticket_id

),

-- The history holds every value of a field; what counts is the last one, and when it was last solved.
history as (

    select
        ticket_id,
        max(as_moment(updated)) filter (where field_name = 'status' and value = 'solved') as solved_at,
        max_by(value, (as_moment(updated), value)) filter (where field_name = 'satisfaction_score') as score,
        max_by(value, (as_moment(updated), value)) filter (
            where field_name = getvariable('topic_field')
        ) as topic_value
    from export.ticket_field_history
    group by ticket_id

)

select
    ticket.id,
    ticket.organization_id,
    ticket.requester_id,
    ticket.status,
    ticket.priority,
    ticket.type,
    ticket.created_at,
    ticket.updated_at,
    history.solved_at,
    tags.tags,
    history.topic_value,
    history.score
from export.ticket
left join tags on ticket.id = tags.ticket_id
left join history on ticket.id = history.ticket_id
where coalesce(lower(ticket._fivetran_deleted), 'false') <> 'true'
