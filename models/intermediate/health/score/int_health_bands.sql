-- The band has a memory: it changes only after two consecutive month-ends outside it. Every pair of scores
-- either leads to one band from all three (settled_band), or only ends green (to yellow), or only ends red (to
-- yellow), or changes nothing. So the band of a month is the last settled one, unless a pair since then ended it.
with

scores as (

    select * from {{ ref('int_health_scores') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

-- A month without a score, the onboarding band and a month outside the book break the memory.
remembered as (

    select
        *,
        case when not is_onboarding then health_score end as banded_score
    from scores

),

paired as (

    select
        current_month.account_id,
        current_month.month,
        current_month.score_version,
        current_month.banded_score,
        previous_month.banded_score as previous_score
    from remembered as current_month
    left join remembered as previous_month
        on
            current_month.account_id = previous_month.account_id
            and previous_month.month = {{ add_months('current_month.month', -1) }}

),

moved as (

    select
        paired.account_id,
        paired.month,
        paired.banded_score,
        {{ settled_health_band('paired.banded_score', 'paired.previous_score', 'versions') }} as settled_band,
        case
            when {{ leaves_green('paired.banded_score', 'paired.previous_score', 'versions') }} then 1 else 0
        end as ends_green,
        case
            when {{ leaves_red('paired.banded_score', 'paired.previous_score', 'versions') }} then 1 else 0
        end as ends_red
    from paired
    inner join versions on paired.score_version = versions.score_version
    where paired.banded_score is not null

),

stretches as (

    select
        *,
        count(settled_band) over (
            partition by account_id order by month rows between unbounded preceding and current row
        ) as stretch
    from moved

),

carried as (

    select
        account_id,
        month,
        max(settled_band) over (partition by account_id, stretch) as settled_band,
        max(ends_green) over (
            partition by account_id, stretch order by month rows between unbounded preceding and current row
        ) = 1 as has_left_green,
        max(ends_red) over (
            partition by account_id, stretch order by month rows between unbounded preceding and current row
        ) = 1 as has_left_red
    from stretches

)

select
    account_id,
    month,
    case
        when settled_band = 'green' and has_left_green then 'yellow'
        when settled_band = 'red' and has_left_red then 'yellow'
        else settled_band
    end as state_band
from carried
