-- A horizon of the seed without columns would never show, and columns without one would be empty for ever.
with

published as (

    {% for horizon in published_horizons() -%}
    select {{ horizon }} as horizon_days
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

horizons as (

    select horizon_days from {{ ref('health_backtest_horizons') }}

)

select
    published.horizon_days as published_days,
    horizons.horizon_days as seed_days
from published
full outer join horizons on published.horizon_days = horizons.horizon_days
where published.horizon_days is null or horizons.horizon_days is null
