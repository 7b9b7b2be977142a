with

terms as (

    select * from {{ ref('int_expiring_terms') }}

),

term_renewals as (

    select * from {{ ref('int_term_renewals') }}

),

amounts as (

    select * from {{ ref('int_line_start_amounts') }}
    where knowledge_id = 'restated'

),

budget_rates as (

    select * from {{ ref('int_budget_rates') }}
    where knowledge_id = 'restated'

),

reporting as (

    {{ reporting_currency_digits() }}

),

rated as (

    select
        term_renewals.*,
        amounts.net_native,
        {{ rate_to_reporting('amounts.currency', 'coalesce(budget_rates.rate, amounts.first_budget_rate)') }}
            as budget_rate
    from term_renewals
    inner join amounts on term_renewals.version_id = amounts.version_id
    left join budget_rates
        on amounts.currency = budget_rates.currency and term_renewals.fiscal_year = budget_rates.fiscal_year

),

following as (

    select
        rated.account_id,
        rated.product_id,
        rated.month,
        sum({{ reporting_money('rated.net_native', 'rated.budget_rate') }}) as following_mrr
    from rated
    cross join reporting
    group by rated.account_id, rated.product_id, rated.month

),

expiring as (

    select
        account_id,
        product_id,
        month,
        cast(count(*) as integer) as expiring_terms,
        sum(expiring_mrr) as expiring_mrr
    from terms
    group by account_id, product_id, month

)

select
    expiring.account_id,
    expiring.product_id,
    expiring.month,
    expiring.expiring_terms,
    cast(expiring.expiring_mrr as decimal(18, 2)) as expiring_mrr,
    cast(coalesce(following.following_mrr, 0) as decimal(18, 2)) as following_mrr,
    cast(least(expiring.expiring_mrr, coalesce(following.following_mrr, 0)) as decimal(18, 2)) as renewed_mrr
from expiring
left join following
    on
        expiring.account_id = following.account_id
        and expiring.product_id = following.product_id
        and expiring.month = following.month
