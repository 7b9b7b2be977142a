-- One row per case.
select
    id as ticket_id,
    account_id,
    as_moment(opened_at) as opened_at,
    as_moment(closed_at) as closed_at,
    code_of(priority, getvariable('severities')) as severity,
    coalesce(code_of(type, getvariable('topics')), code_of(reason, getvariable('topics'))) as topic,
from source.cases
where not said_yes(is_deleted)
order by all
