-- One row per call, e-mail sent, meeting held, note and finished task of a company.
select
    id as action_id,
    account_id,
    coalesce(
        code_of(type, 'CALL=call;EMAIL=email;MEETING=meeting;NOTE=note'), 'other'
    ) as kind,
    day_in_zone(done_at, getvariable('timezone')) as done_on,
    owner as done_by,
    code_of(outcome, getvariable('call_outcomes')) as outcome,
from source.activities
where
    not said_yes(is_deleted)
    and said_yes(coalesce(is_done, 'true'))
    and direction is distinct from 'INCOMING_EMAIL'
    and account_id is not null
order by all
