with

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

)

select
    knowledge_id,
    known_until,
    closing_month as month,
    map_date as observed_on,
    coalesce(lag(map_date) over (order by map_date), {{ earliest_day() }}) as previous_on,
    coalesce(lead(map_date) over (order by map_date), {{ latest_day() }}) as next_on
from knowledge
