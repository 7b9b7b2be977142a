with

tiers as (

    select * from {{ ref('int_customer_tiers') }}

)

select
    account_id,
    month,
    {{ customer_tier('tiers') }} as customer_tier,
    is_best_by_billings,
    is_best_by_membership,
    is_dormant_by_purchase,
    is_dormant_by_web,
    is_dormant_by_mail,
    is_potential_by_interest,
    is_potential_by_trial,
    is_potential_by_plan,
    t12m_net_billings,
    billings_rank,
    ranked_accounts,
    membership_tier,
    last_value_event_on,
    last_web_visit_on,
    last_mail_on,
    upper_plan_page_views,
    active_days,
    active_days_cut
from tiers
