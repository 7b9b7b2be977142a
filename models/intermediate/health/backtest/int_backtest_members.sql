with

backtest_rows as (

    select * from {{ ref('int_backtest_rows') }}

),

versions as (

    select score_version from {{ ref('int_health_states') }}
    union distinct
    select score_version from {{ ref('int_backtest_earlier_scores') }}

),

horizons as (

    select * from {{ ref('health_backtest_horizons') }}

)

-- The whole is there also where nobody could be followed yet, to say so.
select
    versions.score_version,
    horizons.horizon_days,
    'all' as bucket_type,
    'all' as bucket,
    backtest_rows.account_id,
    backtest_rows.month,
    backtest_rows.paying_account_id,
    backtest_rows.first_loss_on,
    backtest_rows.is_lost,
    backtest_rows.is_churned,
    backtest_rows.is_upsold
from versions
cross join horizons
left join backtest_rows
    on
        versions.score_version = backtest_rows.score_version
        and horizons.horizon_days = backtest_rows.horizon_days
        and backtest_rows.health_score is not null

{% for bucket_type, bucket in {
    'band': 'health_band', 'decile': 'cast(decile as ' ~ dbt.type_string() ~ ')',
}.items() -%}
union all

select
    score_version,
    horizon_days,
    '{{ bucket_type }}' as bucket_type,
    {{ bucket }} as bucket,
    account_id,
    month,
    paying_account_id,
    first_loss_on,
    is_lost,
    is_churned,
    is_upsold
from backtest_rows
where {{ bucket }} is not null

{% endfor %}
