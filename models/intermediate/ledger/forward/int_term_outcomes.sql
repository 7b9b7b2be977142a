with

terms as (

    select * from {{ ref('int_expiring_terms') }}

),

followed_terms as (

    select distinct
        knowledge_id,
        followed_line_id,
        month
    from {{ ref('int_term_renewals') }}

),

renewal_months as (

    select * from {{ ref('int_renewal_months') }}

)

-- What nothing follows is open until its grace period has passed, or its last day where notice was given.
select
    terms.knowledge_id,
    terms.contract_line_id,
    terms.account_id,
    terms.product_id,
    terms.month,
    terms.ends_on,
    terms.expiring_mrr,
    terms.running_mrr,
    {{ term_outcome() }} as outcome
from terms
inner join renewal_months
    on terms.knowledge_id = renewal_months.knowledge_id and terms.month = renewal_months.month
left join followed_terms
    on
        terms.knowledge_id = followed_terms.knowledge_id
        and terms.contract_line_id = followed_terms.followed_line_id
        and terms.month = followed_terms.month
