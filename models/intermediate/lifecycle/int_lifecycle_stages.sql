with

facts as (

    select * from {{ ref('int_lifecycle_facts') }}

),

health as (

    select * from {{ ref('int_health_states') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

rules as (

    select * from {{ ref('lifecycle_rules') }}

),

measured as (

    select
        facts.*,
        health.health_band,
        {{ days_between('facts.first_paid_on', 'facts.month_end') }} as tenure_days,
        {{ is_onboarding(days_between('facts.first_paid_on', 'facts.month_end'), 'versions') }} as is_onboarding
    from facts
    left join versions on facts.month_end >= versions.valid_from and facts.month_end < versions.valid_to
    left join health on facts.account_id = health.account_id and facts.month = health.month

),

matched as (

    select
        measured.knowledge_id,
        measured.account_id,
        rules.lifecycle_stage,
        rules.reason,
        row_number() over (
            partition by measured.knowledge_id, measured.account_id order by rules.priority
        ) as place
    from measured
    inner join rules
        on
            (rules.is_onboarding is null or measured.is_onboarding = rules.is_onboarding)
            and (
                rules.tenure_months_from is null
                or {{ add_months('measured.first_paid_on', 'rules.tenure_months_from') }} <= measured.month_end
            )
            and (rules.health_band is null or measured.health_band = rules.health_band)
            and (
                rules.renewal_within_days is null
                or {{ days_between('measured.month_end', 'measured.next_renewal_on') }} <= rules.renewal_within_days
            )
    where measured.is_customer

)

select
    measured.knowledge_id,
    measured.basis,
    measured.account_id,
    measured.month,
    coalesce(matched.lifecycle_stage, 'churned') as lifecycle_stage,
    coalesce(matched.reason, 'no_paid_line') as reason,
    measured.first_paid_on,
    measured.tenure_days,
    measured.health_band,
    measured.next_renewal_on
from measured
left join matched
    on
        measured.knowledge_id = matched.knowledge_id
        and measured.account_id = matched.account_id
        and matched.place = 1
