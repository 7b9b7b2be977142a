with

hits as (

    select * from {{ ref('int_alert_hits') }}

),

kinds as (

    select
        *,
        count(*) over () as kinds
    from {{ ref('alert_kinds') }}

),

horizons as (

    select * from {{ ref('health_backtest_horizons') }}

),

rules as (

    {{ rules_as_columns('alert_rules', ['alpha', 'min_alerts']) }}

),

-- Where a kind has no alert its row says so. All kinds together err as seldom as one alone may, and an account whose
-- alerts come back tells no more than one account.
measured as (

    select
        kinds.alert_kind,
        kinds.outcome,
        horizons.horizon_days,
        coalesce(hits.trials, 0) as alerts,
        coalesce(hits.hits, 0) as hits,
        coalesce(hits.accounts, 0) as accounts,
        {{ ratio('hits.hits * hits.accounts', 'hits.trials') }} as account_hits,
        hits.doubled_median,
        coalesce(base.trials, 0) as base_rows,
        coalesce(base.hits, 0) as base_hits,
        normal_quantile(1 - cast(rules.alpha as double) / (2 * kinds.kinds)) as z_level
    from kinds
    cross join horizons
    cross join rules
    left join hits
        on
            kinds.alert_kind = hits.alert_kind
            and kinds.outcome = hits.outcome
            and horizons.horizon_days = hits.horizon_days
    left join hits as base
        on
            base.alert_kind = 'none'
            and kinds.outcome = base.outcome
            and horizons.horizon_days = base.horizon_days

),

rated as (

    select
        *,
        {{ ratio('hits', 'alerts') }} as hit_rate,
        case when alerts > 0 then {{ wilson_low('account_hits', 'accounts', 'z_level') }} end as hit_rate_lower,
        case when alerts > 0 then {{ wilson_high('account_hits', 'accounts', 'z_level') }} end as hit_rate_upper,
        {{ ratio('base_hits', 'base_rows') }} as base_rate,
        {{ ratio('hits * base_rows', 'alerts * base_hits') }} as lift
    from measured

)

select
    rated.alert_kind,
    rated.outcome,
    cast(rated.horizon_days as integer) as horizon_days,
    cast(rated.alerts as bigint) as alerts,
    cast(rated.hits as bigint) as hits,
    cast(rated.accounts as bigint) as accounts,
    rated.hit_rate,
    rated.hit_rate_lower,
    rated.hit_rate_upper,
    cast(rated.base_rows as bigint) as base_rows,
    cast(rated.base_hits as bigint) as base_hits,
    rated.base_rate,
    rated.lift,
    cast({{ ratio('rated.doubled_median', '2') }} as decimal(5, 1)) as median_lead_days,
    {{ alert_verdict('rated.alerts', 'rated.hit_rate_lower', 'rated.hit_rate_upper', 'rated.base_rate', 'rules') }}
        as verdict
from rated
cross join rules
