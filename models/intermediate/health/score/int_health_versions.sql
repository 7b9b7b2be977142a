with

versions as (

    select * from {{ ref('health_versions') }}

),

rules as (

    {{ rows_of_versions('health_rules', ['rule']) }}

),

periods as (

    select
        version as score_version,
        valid_from,
        lead(valid_from) over (order by valid_from) as valid_to
    from versions
    where valid_from is not null

),

settings as (

    {{ rules_as_columns('health_rules', [
        'coverage_floor', 'onboarding_days', 'business_days', 'ticket_window_days', 'ticket_users', 'ticket_min_users',
        'silent_cap', 'nps_window_days', 'own_history_months', 'peer_min_accounts', 'full_use_share',
        'company_weight_floor', 'green_enters_from', 'green_leaves_below', 'red_enters_below', 'red_leaves_from',
        'drop_points', 'drop_components', 'drop_component_points', 'drop_ends_below', 'severity_1_open_days',
        'past_due_days', 'past_due_until_days', 'trend_points',
    ], per='score_version', rows='rules') }}

)

select
    settings.coverage_floor,
    settings.onboarding_days,
    settings.business_days,
    settings.ticket_window_days,
    settings.ticket_users,
    settings.ticket_min_users,
    settings.silent_cap,
    settings.nps_window_days,
    settings.own_history_months,
    settings.peer_min_accounts,
    settings.full_use_share,
    settings.company_weight_floor,
    settings.green_enters_from,
    settings.green_leaves_below,
    settings.red_enters_below,
    settings.red_leaves_from,
    settings.drop_points,
    settings.drop_components,
    settings.drop_component_points,
    settings.drop_ends_below,
    settings.severity_1_open_days,
    settings.past_due_days,
    settings.past_due_until_days,
    settings.trend_points,
    periods.score_version,
    periods.valid_from,
    coalesce(periods.valid_to, {{ latest_day() }}) as valid_to
from periods
inner join settings on periods.score_version = settings.score_version
