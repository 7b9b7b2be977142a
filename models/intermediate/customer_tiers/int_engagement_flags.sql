with

population as (

    select * from {{ ref('int_scoring_population') }}

),

measures as (

    select * from {{ ref('int_engagement_measures') }}

),

events as (

    select * from {{ ref('stg_engagement_events') }}
    where is_valid

),

rules as (

    {{ rules_as_columns('customer_tier_rules', [
        'web_dormant_months', 'mail_dormant_days', 'interest_days', 'interest_page_views',
    ]) }}

),

recordings as (

    select
        known_on,
        min(occurred_on) as first_day
    from events
    group by known_on

),

months as (

    select distinct
        month,
        month_end,
        known_until
    from population

),

starts as (

    select
        months.month,
        min(recordings.first_day) as first_day
    from months
    inner join recordings on {{ is_recorded_by('recordings.known_on', 'months.known_until') }}
    group by months.month

)

-- Something seen is certain; silence is certain only in a window that does not begin before the first event of all.
select
    population.account_id,
    population.month,
    measures.last_web_visit_on,
    measures.last_mail_on,
    case
        when starts.first_day <= {{ add_days('population.month_end', '1 - rules.interest_days') }}
            then coalesce(measures.upper_plan_page_views, 0)
        else measures.upper_plan_page_views
    end as upper_plan_page_views,
    case
        when measures.upper_plan_page_views >= rules.interest_page_views then true
        when starts.first_day <= {{ add_days('population.month_end', '1 - rules.interest_days') }} then false
    end as is_potential_by_interest,
    case
        when
            measures.last_web_visit_on >= {{ add_months('population.month_end', '-rules.web_dormant_months') }}
            then false
        when starts.first_day <= {{ add_months('population.month_end', '-rules.web_dormant_months') }} then true
    end as is_dormant_by_web,
    case
        when measures.last_mail_on > {{ add_days('population.month_end', '-rules.mail_dormant_days') }} then false
        when starts.first_day <= {{ add_days('population.month_end', '1 - rules.mail_dormant_days') }} then true
    end as is_dormant_by_mail
from population
cross join rules
left join starts on population.month = starts.month
left join measures on population.month = measures.month and population.account_id = measures.account_id
