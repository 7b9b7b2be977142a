select
    account_of(id, external_id) as account_id,
    name as account_name,
    as_day(created_at) as created_on,
    -- Exports that go on from the last one hold a row again for each of its changes.
    case when count(*) over (partition by id) > 1 then as_moment(updated_at) end as recorded_at
from source.organizations
order by all
