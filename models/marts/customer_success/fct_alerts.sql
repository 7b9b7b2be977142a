with

alerts as (

    select * from {{ ref('int_alerts') }}

),

kinds as (

    select * from {{ ref('alert_kinds') }}

),

-- Whom to turn to is said as of the build, whenever the alert began.
account_versions as (

    select * from {{ ref('int_account_versions') }}
    where knowledge_id = 'restated' and valid_from <= {{ as_of_date() }} and valid_to > {{ as_of_date() }}

)

select
    alerts.account_id,
    alerts.alert_kind,
    alerts.began_on,
    alerts.ended_on,
    alerts.ended_on is null as is_open,
    alerts.account_id || '|' || alerts.alert_kind || '|' || {{ day_as_text('alerts.began_on') }} as alert_id,
    kinds.severity,
    alerts.subject,
    account_versions.account_name,
    kinds.owner_role,
    case
        when kinds.owner_role = 'sales' then coalesce(account_versions.sales_owner, account_versions.csm_owner)
        else coalesce(account_versions.csm_owner, account_versions.sales_owner)
    end as owner,
    alerts.mrr,
    alerts.sentence,
    kinds.what_to_do
from alerts
inner join kinds on alerts.alert_kind = kinds.alert_kind
left join account_versions on alerts.account_id = account_versions.account_id
