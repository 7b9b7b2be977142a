with

actions as (

    select * from {{ ref('int_actions') }}

),

months as (

    select * from {{ ref('int_months') }}

),

health as (

    select * from {{ ref('fct_health_scores') }}

),

balances as (

    select * from {{ ref('fct_mrr_movements') }}
    where basis = 'restated'

),

proposals as (

    select * from {{ ref('fct_proposals') }}
    where won

),

rules as (

    {{ rules_as_columns('upsell_rules', ['action_health_days', 'action_mrr_days']) }}

),

dated as (

    select
        actions.*,
        {{ add_months(month_start('actions.done_on'), -1) }} as before_month,
        {{ month_start(add_days('actions.done_on', 'rules.action_health_days')) }} as health_month,
        {{ month_start(add_days('actions.done_on', 'rules.action_mrr_days')) }} as mrr_month
    from actions
    cross join rules

),

wins as (

    select
        actions.action_id,
        min(proposals.closed_on) as first_won_on
    from actions
    inner join proposals
        on
            actions.account_id = proposals.account_id
            and actions.offer_class = proposals.offer_class
            and actions.product_id = proposals.product_id
            and actions.done_on <= proposals.closed_on
    group by actions.action_id

)

select
    dated.action_id,
    dated.account_id,
    dated.owner_account_id,
    dated.alert_id,
    dated.alert_kind,
    dated.offer_id,
    dated.offer_class,
    dated.kind,
    dated.done_on,
    dated.done_by,
    dated.outcome,
    months_before.month as month_before,
    health_before.health_score as health_score_before,
    health_before.health_band as health_band_before,
    health_months.month as health_month_after,
    health_after.health_score as health_score_after,
    case when months_before.month is not null then cast(coalesce(mrr_before.closing_mrr, 0) as decimal(19, 3)) end
        as mrr_before,
    mrr_months.month as mrr_month_after,
    case when mrr_months.month is not null then cast(coalesce(mrr_after.closing_mrr, 0) as decimal(19, 3)) end
        as mrr_after,
    wins.first_won_on
from dated
left join months as months_before on dated.before_month = months_before.month
left join months as health_months on dated.health_month = health_months.month
left join months as mrr_months on dated.mrr_month = mrr_months.month
left join health as health_before
    on dated.account_id = health_before.account_id and dated.before_month = health_before.month
left join health as health_after
    on dated.account_id = health_after.account_id and dated.health_month = health_after.month
left join balances as mrr_before
    on dated.account_id = mrr_before.account_id and dated.before_month = mrr_before.month
left join balances as mrr_after
    on dated.account_id = mrr_after.account_id and dated.mrr_month = mrr_after.month
left join wins on dated.action_id = wins.action_id
