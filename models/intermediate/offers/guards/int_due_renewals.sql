with

terms as (

    select * from {{ ref('int_unrenewed_terms') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['renewal_first_days']) }}

)

select
    terms.account_id,
    terms.month,
    min(terms.renewal_on) as renewal_on
from terms
cross join rules
where terms.renewal_on <= {{ add_days('terms.month_end', 'rules.renewal_first_days') }}
group by terms.account_id, terms.month
