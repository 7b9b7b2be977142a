select
    coalesce(external_id, id) as user_id,
    'internal' as kind
from source.agents
order by all
