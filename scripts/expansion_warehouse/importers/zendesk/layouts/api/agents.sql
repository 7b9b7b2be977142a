select
    id,
    external_id
from export.users
where role in ('agent', 'admin')
