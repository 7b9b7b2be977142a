with

scores as (

    select * from {{ ref('int_health_scores') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

falls as (

    select * from {{ ref('int_health_falls') }}

),

-- Six consecutive scores and their straight line: the weights of the least-squares slope are
-- -5, -3, -1, 1, 3, 5, over 35.
lines as (

    select
        account_id,
        month,
        case
            when lag(month, 5) over (partition by account_id order by month) = {{ add_months('month', -5) }} then
                5 * health_score
                + 3 * lag(health_score, 1) over (partition by account_id order by month)
                + lag(health_score, 2) over (partition by account_id order by month)
                - lag(health_score, 3) over (partition by account_id order by month)
                - 3 * lag(health_score, 4) over (partition by account_id order by month)
                - 5 * lag(health_score, 5) over (partition by account_id order by month)
        end as slope_times_35
    from scores

),

-- A score that lost or gained an input moved for another reason than the customer.
compared as (

    select
        scores.account_id,
        scores.month,
        scores.score_version,
        scores.health_score,
        scores.health_score - one_month_ago.health_score as delta_1m,
        scores.health_score - three_months_ago.health_score as delta_3m,
        case
            when {{ is_same_measure('scores', 'one_month_ago') }} then one_month_ago.health_score - scores.health_score
        end as fall,
        case
            when {{ is_same_measure('scores', 'two_months_ago') }} and {{ is_same_measure('scores', 'one_month_ago') }}
                then two_months_ago.health_score - greatest(scores.health_score, one_month_ago.health_score)
        end as lasting_fall,
        two_months_ago.health_score as score_2m_ago
    from scores
    {% for months_ago, number in {'one_month_ago': 1, 'two_months_ago': 2, 'three_months_ago': 3}.items() -%}
    left join scores as {{ months_ago }}
        on
            scores.account_id = {{ months_ago }}.account_id
            and {{ months_ago }}.month = {{ add_months('scores.month', -number) }}
    {% endfor %}

)

select
    compared.account_id,
    compared.month,
    cast(compared.delta_1m as decimal(5, 1)) as delta_1m,
    cast(compared.delta_3m as decimal(5, 1)) as delta_3m,
    cast(round(cast(cast(lines.slope_times_35 as double) / 35 as decimal(18, 8)), 3) as decimal(7, 3)) as slope_6m,
    {{ health_trend('compared.delta_3m', 'versions') }} as trend,
    {{ is_alarming_fall('compared', 'falls.fallen_components', 'versions') }} as has_score_drop,
    case
        when compared.lasting_fall >= versions.drop_points and compared.fall < versions.drop_points
            then compared.score_2m_ago
    end as lasting_drop_from
from compared
inner join versions on compared.score_version = versions.score_version
inner join lines on compared.account_id = lines.account_id and compared.month = lines.month
left join falls on compared.account_id = falls.account_id and compared.month = falls.month
