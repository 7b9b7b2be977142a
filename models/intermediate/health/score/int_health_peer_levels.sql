-- Frozen: the first month-end of a version at which enough accounts have a past says what is usual, for all its months.
with

population as (

    select * from {{ ref('int_health_population') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

months as (

    select * from {{ ref('int_months') }}

),

own_bests as (

    select * from {{ ref('int_health_own_bests') }}

),

usage_windows as (

    select * from {{ ref('int_usage_windows') }}
    where usage_window = 'health'

),

peers as (

    select
        population.score_version,
        population.month,
        population.size_band,
        usage_windows.active_user_days,
        versions.peer_min_accounts,
        count(*) over (partition by population.score_version, population.month) as peers_of_month
    from population
    inner join months on population.month = months.month
    inner join versions on population.score_version = versions.score_version
    inner join own_bests
        on
            population.account_id = own_bests.account_id
            and population.month = own_bests.month
            and versions.own_history_months <= own_bests.history_months
    inner join usage_windows
        on population.account_id = usage_windows.account_id and population.month = usage_windows.month

),

frozen as (

    select
        score_version,
        min(month) as frozen_month
    from peers
    where peers_of_month >= peer_min_accounts
    group by score_version

),

-- Everybody is one group, and so is each size with enough of its own.
grouped as (

    {% for size_band in ['null', 'peers.size_band'] -%}
    select
        peers.score_version,
        peers.month,
        cast({{ size_band }} as {{ dbt.type_string() }}) as size_band,
        peers.active_user_days,
        peers.peer_min_accounts
    from peers
    inner join frozen on peers.score_version = frozen.score_version and peers.month = frozen.frozen_month
    {% if not loop.first %}where peers.size_band is not null{% endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

placed as (

    select
        *,
        row_number() over (partition by score_version, size_band order by active_user_days) as place,
        count(*) over (partition by score_version, size_band) as peers
    from grouped

)

-- The account in the middle, the lower one of two.
select
    score_version,
    size_band,
    month as frozen_month,
    cast(peers as bigint) as peers,
    cast(active_user_days as bigint) as peer_user_days
from placed
where peers >= peer_min_accounts and place = {{ integer_quotient('peers + 1', '2') }}
