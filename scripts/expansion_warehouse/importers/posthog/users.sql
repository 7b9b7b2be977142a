select
    user_id,
    kind
from source.people
order by user_id, kind
