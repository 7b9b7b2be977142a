with

answers as (

    select * from {{ ref('int_upsell_answers') }}

),

segments as (

    select * from {{ ref('int_account_segments') }}
    where knowledge_id = 'restated'

),

months as (

    select * from {{ ref('int_months') }}

),

rules as (

    {{ rules_as_columns('upsell_rules', ['survey_window_days']) }}

)

select
    answers.month,
    segments.segment_type,
    segments.opening_segment as segment,
    cast(sum(answers.nps_before) as decimal(19, 3)) as nps_before_sum,
    cast(sum(answers.nps_after) as decimal(19, 3)) as nps_after_sum,
    cast(count(*) as integer) as nps_accounts
from answers
inner join segments
    on answers.account_id = segments.account_id and answers.month = segments.month
inner join months on answers.month = months.month
cross join rules
where {{ add_days('months.month_end', 'rules.survey_window_days') }} <= {{ as_of_date() }}
group by answers.month, segments.segment_type, segments.opening_segment
