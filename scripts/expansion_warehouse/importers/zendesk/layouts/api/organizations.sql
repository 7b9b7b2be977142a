select
    id,
    name,
    external_id,
    created_at,
    updated_at
from export.organizations
