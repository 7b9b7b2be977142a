with

guard_reasons as (

    select * from {{ ref('guard_reasons') }}

),

offers as (

    select * from {{ ref('int_guarded_offers') }}

),

accounts as (

    select * from {{ ref('int_guarded_accounts') }}

),

uplift as (

    select * from {{ ref('int_holdout_uplift') }}

),

rules as (

    {{ rules_as_columns('upsell_rules', ['guard_min_accounts', 'interval_z']) }}

),

joined as (

    select
        guard_reasons.guard,
        guard_reasons.position,
        guard_reasons.is_weighed,
        offers.*,
        {% for column in [
            'blocked_accounts', 'blocked_lost_accounts', 'blocked_upsold_accounts', 'similar_accounts',
            'similar_lost_accounts',
        ] -%}
        coalesce(accounts.{{ column }}, 0) as {{ column }},
        {% endfor -%}
        uplift.experiment_id as holdout_experiment_id,
        uplift.holdout_accounts,
        uplift.holdout_wins,
        uplift.offered_accounts,
        uplift.offered_wins
    from guard_reasons
    inner join offers on guard_reasons.reason = offers.guard_reason
    left join accounts on guard_reasons.reason = accounts.guard_reason
    left join uplift on guard_reasons.reason = 'holdout'

),

rated as (

    select
        joined.*,
        {% for rate, hits, trials in [
            ('similar_win_rate', 'joined.similar_wins', 'joined.similar_offers'),
            ('blocked_loss_rate', 'joined.blocked_lost_accounts', 'joined.blocked_accounts'),
            ('similar_loss_rate', 'joined.similar_lost_accounts', 'joined.similar_accounts'),
            ('holdout_win_rate', 'joined.holdout_wins', 'joined.holdout_accounts'),
            ('offered_win_rate', 'joined.offered_wins', 'joined.offered_accounts'),
        ] -%}
        {{ ratio(hits, trials) }} as {{ rate }},
        case when {{ trials }} > 0 then {{ wilson_low(hits, trials, 'cast(rules.interval_z as double)') }} end
            as {{ rate }}_low,
        case when {{ trials }} > 0 then {{ wilson_high(hits, trials, 'cast(rules.interval_z as double)') }} end
            as {{ rate }}_high,
        {% endfor -%}
        rules.guard_min_accounts
    from joined
    cross join rules

),

compared as (

    select
        *,
        {{ difference_of_rates('blocked_loss_rate', 'similar_loss_rate') }} as excess_loss_rate,
        {{ difference_of_rates('blocked_loss_rate', 'similar_loss_rate', '-') }} as excess_loss_rate_low,
        {{ difference_of_rates('blocked_loss_rate', 'similar_loss_rate', '+') }} as excess_loss_rate_high,
        {{ difference_of_rates('offered_win_rate', 'holdout_win_rate') }} as holdout_uplift,
        {{ difference_of_rates('offered_win_rate', 'holdout_win_rate', '-') }} as holdout_uplift_low,
        {{ difference_of_rates('offered_win_rate', 'holdout_win_rate', '+') }} as holdout_uplift_high
    from rated

)

select
    {% for column in [
        'guard_reason', 'guard', 'position', 'is_weighed', 'blocked_offers', 'priced_offers', 'blocked_mrr',
        'compared_offers', 'compared_mrr', 'similar_offers', 'similar_wins', 'similar_win_rate',
        'similar_win_rate_low', 'similar_win_rate_high', 'similar_won_mrr', 'expected_mrr_forgone', 'blocked_accounts',
        'blocked_upsold_accounts', 'blocked_lost_accounts', 'blocked_loss_rate', 'blocked_loss_rate_low',
        'blocked_loss_rate_high', 'similar_accounts', 'similar_lost_accounts', 'similar_loss_rate',
        'similar_loss_rate_low', 'similar_loss_rate_high', 'excess_loss_rate', 'excess_loss_rate_low',
        'excess_loss_rate_high', 'holdout_experiment_id', 'holdout_accounts', 'holdout_wins', 'offered_accounts',
        'offered_wins', 'holdout_uplift', 'holdout_uplift_low', 'holdout_uplift_high',
    ] -%}
    {{ column }},
    {% endfor -%}
    {{ guard_verdict() }} as verdict
from compared
