with

upsold as (

    select * from {{ ref('int_upsold_accounts') }}
    where is_upsold

),

responses as (

    select * from {{ ref('stg_survey_responses') }}
    where is_valid and exclusion_reason is null and survey = 'nps' and score is not null

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated' and not is_internal

),

rules as (

    {{ rules_as_columns('upsell_rules', ['survey_window_days']) }}

),

-- A day's own answers belong to the time before. Only a person's latest answer of a side counts.
ranked as (

    select
        upsold.account_id,
        upsold.month,
        responses.responded_on > upsold.won_on as is_after,
        responses.score,
        {{ answer_recency(
            'responses', per=['upsold.account_id', 'upsold.month', 'responses.responded_on > upsold.won_on']
        ) }} as recency
    from upsold
    cross join rules
    inner join account_map on upsold.account_id = account_map.paying_account_id
    inner join responses
        on
            account_map.account_id = responses.account_id
            and responses.responded_on > {{ add_days('upsold.won_on', '-rules.survey_window_days') }}
            and responses.responded_on <= {{ add_days('upsold.won_on', 'rules.survey_window_days') }}

),

summed as (

    select
        account_id,
        month,
        {% for side, condition in [('before', 'not is_after'), ('after', 'is_after')] -%}
        sum(case when {{ condition }} then score end) as score_{{ side }},
        sum(case when {{ condition }} then 1 else 0 end) as respondents_{{ side }},
        {% endfor -%}
        count(*) as respondents
    from ranked
    where recency = 1
    group by account_id, month

)

select
    account_id,
    month,
    {{ money_from_ratio(ratio('10 * score_before', 'respondents_before')) }} as nps_before,
    {{ money_from_ratio(ratio('10 * score_after', 'respondents_after')) }} as nps_after
from summed
where respondents_before > 0 and respondents_after > 0
