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

-- A rating counts here only where the export lacks its ticket, which would carry it.
ratings as (

    select * from source.satisfaction_ratings
    where
        is_answer(score)
        and coalesce(ticket_id, '') not in (select id from source.tickets where id is not null)

)

select
    ratings.id as response_id,
    coalesce(organizations.account_id, people.organization_id) as account_id,
    ratings.requester_id as respondent_id,
    as_moment(ratings.created_at) as responded_at,
    'csat' as survey,
    answer(ratings.score) as score,
    lowest_answer(ratings.score) as scale_min,
    highest_answer(ratings.score) as scale_max,
    case when count(*) over (partition by ratings.id) > 1 then as_moment(ratings.updated_at) end as recorded_at
from ratings
left join people on ratings.requester_id = people.id
left join organizations on people.organization_id = organizations.id
order by all
