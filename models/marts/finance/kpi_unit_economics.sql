with

economics as (

    select * from {{ ref('int_rolling_economics') }}

),

rated as (

    select
        *,
        {{ ratio('mrr', 'paying_accounts') }} as exact_arpa,
        {{ ratio('gross_margin_mrr', 'margin_known_mrr') }} as gross_margin_rate,
        {{ ratio('churned_accounts_12m', 'opening_accounts_12m') }} as logo_churn_rate,
        {{ customer_life_months('opening_accounts_12m', 'churned_accounts_12m') }} as life_months,
        {{ ratio('acquisition_cost', 'new_accounts') }} as exact_cac
    from economics

)

select
    month,
    segment_type,
    segment,
    mrr,
    paying_accounts,
    {{ money_from_ratio('exact_arpa') }} as arpa,
    gross_margin_mrr,
    margin_known_mrr,
    gross_margin_rate,
    churned_accounts_12m,
    opening_accounts_12m,
    logo_churn_rate,
    life_months,
    {{ money_from_ratio('exact_arpa * gross_margin_rate * life_months', 'decimal(20, 2)') }} as ltv,
    {{ money_from_ratio('exact_arpa * life_months', 'decimal(20, 2)') }} as ltv_revenue,
    acquisition_cost,
    new_accounts,
    new_mrr,
    {{ money_from_ratio('exact_cac') }} as cac,
    {{ ratio('exact_arpa * gross_margin_rate * life_months', 'exact_cac') }} as ltv_cac,
    {{ ratio('acquisition_cost', 'new_mrr * gross_margin_rate') }} as payback_months,
    paying_accounts < {{ setting('min_segment_accounts') }} as is_small_sample
from rated
