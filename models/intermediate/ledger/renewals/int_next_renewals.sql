with

terms as (

    select * from {{ ref('int_terms_ahead') }}

)

-- The first day after the current term, also of one that renews itself, the earliest where an account has several.
select
    account_id,
    min(due_on) as next_renewal_on
from terms
where is_running
group by account_id
