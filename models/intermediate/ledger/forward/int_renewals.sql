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

-- A line that renews several terms counts once.
following_lines as (

    select distinct
        account_id,
        product_id,
        month,
        contract_line_id,
        version_id
    from term_renewals

),

rated as (

    select
        following_lines.*,
        amounts.net_native,
        {{ rate_columns('amounts.currency', 'budget_rates') }}
    from following_lines
    inner join amounts on following_lines.version_id = amounts.version_id
    left join budget_rates
        on
            amounts.currency = budget_rates.currency
            and following_lines.month between budget_rates.from_month and budget_rates.to_month

),

following as (

    select
        rated.account_id,
        rated.product_id,
        rated.month,
        sum({{ reporting_money('rated.net_native', 'rated.budget') }}) as following_mrr
    from rated
    cross join reporting
    group by rated.account_id, rated.product_id, rated.month

),

followed_terms as (

    select distinct
        followed_line_id,
        month
    from term_renewals

),

-- What nothing follows is open until its grace period has passed, or its last day where notice was given.
judged as (

    select
        terms.*,
        {{ term_outcome() }} as outcome
    from terms
    left join followed_terms
        on terms.contract_line_id = followed_terms.followed_line_id and terms.month = followed_terms.month

),

expiring as (

    select
        account_id,
        product_id,
        month,
        cast(count(*) as integer) as expiring_terms,
        max({{ add_days('ends_on', setting('renewal_grace_days')) }}) as decided_on,
        sum(expiring_mrr) as expiring_mrr,
        sum(running_mrr) as running_mrr,
        sum(case when outcome = 'open' then expiring_mrr else 0 end) as open_mrr,
        sum(case when outcome = 'pending_churn' then expiring_mrr else 0 end) as pending_mrr,
        sum(case when outcome = 'lost' then expiring_mrr else 0 end) as lost_mrr
    from judged
    group by account_id, product_id, month

),

compared as (

    select
        expiring.*,
        expiring.running_mrr + coalesce(following.following_mrr, 0) as following_mrr
    from expiring
    left join following
        on
            expiring.account_id = following.account_id
            and expiring.product_id = following.product_id
            and expiring.month = following.month

),

-- A product is renewed as a whole: what one term lacks another may bring.
renewed as (

    select
        *,
        least(expiring_mrr, following_mrr) as renewed_mrr,
        greatest(expiring_mrr - following_mrr, 0) as not_renewed
    from compared

),

split as (

    select
        *,
        least(open_mrr, not_renewed) as still_open,
        least(pending_mrr, greatest(not_renewed - open_mrr, 0)) as still_pending,
        least(lost_mrr, greatest(not_renewed - open_mrr - pending_mrr, 0)) as lost
    from renewed

)

select
    account_id,
    product_id,
    month,
    expiring_terms,
    decided_on,
    cast(expiring_mrr as decimal(18, 2)) as expiring_mrr,
    cast(following_mrr as decimal(18, 2)) as following_mrr,
    cast(renewed_mrr as decimal(18, 2)) as renewed_mrr,
    cast(not_renewed - still_open - still_pending - lost as decimal(18, 2)) as reduced_mrr,
    cast(still_open as decimal(18, 2)) as open_mrr,
    cast(still_pending as decimal(18, 2)) as pending_churn_mrr,
    cast(lost as decimal(18, 2)) as lost_mrr
from split
