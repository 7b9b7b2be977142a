with

bounds as (

    select
        min(month) as first_day,
        {{ month_end(as_of_date()) }} as last_day
    from {{ ref('dim_months') }}

)

{{ day_series('first_day', 'last_day') }}
from bounds
