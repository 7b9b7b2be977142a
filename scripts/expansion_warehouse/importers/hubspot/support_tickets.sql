-- One row per ticket. Of several categories the first one that has a code counts.
select
    id as ticket_id,
    account_id,
    as_moment(opened_at) as opened_at,
    as_moment(closed_at) as closed_at,
    code_of(priority, getvariable('severities')) as severity,
    list_extract(list_filter(
        [code_of(each, getvariable('topics')) for each in string_split(category, ';')],
        lambda topic: topic is not null
    ), 1) as topic,
from source.tickets
where not said_yes(is_deleted)
order by all
