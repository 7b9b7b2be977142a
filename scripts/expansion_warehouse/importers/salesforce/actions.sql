-- One row per task that is done and per event, of an account.
select
    id as action_id,
    account_id,
    coalesce(
        code_of(type, getvariable('activity_kinds')), code_of(subtype, getvariable('activity_kinds')), 'other'
    ) as kind,
    as_day(done_on) as done_on,
    owner as done_by,
from source.activities
where not said_yes(is_deleted) and said_yes(coalesce(is_done, 'true')) and account_id is not null
order by all
