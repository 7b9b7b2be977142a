with

population as (

    select * from {{ ref('int_health_population') }}

),

feature_windows as (

    select * from {{ ref('int_feature_windows') }}
    where usage_window = 'health'

)

select
    population.account_id,
    population.month,
    feature_windows.window_days,
    case
        when feature_windows.key_features_available = 0 then 'no_key_features'
        when not feature_windows.is_covered then 'no_data'
        else 'scored'
    end as situation,
    cast(feature_windows.key_features_used as bigint) as observations,
    cast(feature_windows.key_features_used as decimal(22, 4)) as numerator,
    cast(feature_windows.key_features_available as decimal(22, 4)) as denominator
from population
inner join feature_windows
    on population.account_id = feature_windows.account_id and population.month = feature_windows.month
