with

organizations as (

    select
        id,
        max_by(account_of(id, external_id), (coalesce(as_moment(updated_at), ''), external_id)) as account_id
    from source.organizations
    group by id

),

people as (

    select
        id,
        max_by(organization_id, (coalesce(as_moment(updated_at), ''), organization_id)) as organization_id
    from source.end_users
    group by id

),

metrics as (

    select
        ticket_id,
        max(as_moment(solved_at)) as solved_at
    from source.ticket_metrics
    group by ticket_id

),

-- The last rating that was given; offers that nobody took up are none.
ratings as (

    select
        ticket_id,
        max_by(score, (coalesce(as_moment(coalesce(updated_at, created_at)), ''), score)) as score
    from source.satisfaction_ratings
    where is_answer(score)
    group by ticket_id

),

-- What the topic field says counts before tags, tags before the type of the ticket.
hints as (

    select distinct
        id,
        1 as place,
        lower(topic_value) as word
    from source.tickets
    union all
    select distinct
        id,
        2 as place,
        lower(unnest(string_split(tags, ' '))) as word
    from source.tickets
    union all
    select distinct
        id,
        3 as place,
        lower(type) as word
    from source.tickets

),

topics as (

    select
        id,
        min_by(code_of(word, getvariable('topics')), (place, code_of(word, getvariable('topics')))) as topic
    from hints
    where code_of(word, getvariable('topics')) is not null
    group by id

),

tickets as (

    select
        *,
        count(*) over (partition by id) > 1 as is_repeated
    from source.tickets
    where id not in (select id from source.tickets where status = 'deleted')

),

joined as (

    select
        tickets.id,
        coalesce(tickets.organization_id, people.organization_id) as organization_id,
        tickets.created_at,
        tickets.updated_at,
        tickets.status,
        tickets.priority,
        tickets.is_repeated,
        coalesce(tickets.solved_at, metrics.solved_at) as solved_at,
        coalesce(case when is_answer(tickets.score) then tickets.score end, ratings.score) as score,
        coalesce(topics.topic, case when tickets.topic_value is not null then 'other' end) as topic
    from tickets
    left join people on tickets.requester_id = people.id
    left join metrics on tickets.id = metrics.ticket_id
    left join ratings on tickets.id = ratings.ticket_id
    left join topics on tickets.id = topics.id

)

select
    joined.id as ticket_id,
    coalesce(organizations.account_id, joined.organization_id) as account_id,
    as_moment(joined.created_at) as opened_at,
    -- Without a moment of its solution, the last change of a solved ticket stands for it.
    case
        when joined.status in ('solved', 'closed') then as_moment(coalesce(joined.solved_at, joined.updated_at))
    end as closed_at,
    case lower(joined.priority)
        when 'urgent' then '1'
        when 'high' then '2'
        when 'normal' then '3'
        when 'low' then '4'
        else joined.priority
    end as severity,
    joined.topic,
    answer(joined.score) as csat,
    lowest_answer(joined.score) as scale_min,
    highest_answer(joined.score) as scale_max,
    case when joined.is_repeated then as_moment(joined.updated_at) end as recorded_at
from joined
left join organizations on joined.organization_id = organizations.id
order by all
