with

product_limits as (

    select * from {{ ref('int_product_limits') }}

),

paid_lines as (

    select * from {{ ref('int_line_versions') }}
    where {{ is_paid_with_units() }}

),

first_paid as (

    select
        knowledge_id,
        account_id,
        min(covered_from) as first_paid_on
    from paid_lines
    group by knowledge_id, account_id

),

accounts as (

    select
        knowledge_id,
        known_until,
        month,
        month_end,
        account_id,
        cast(sum(seats) as decimal(18, 4)) as seats
    from product_limits
    group by knowledge_id, known_until, month, month_end, account_id

)

select
    accounts.knowledge_id,
    accounts.known_until,
    accounts.month,
    accounts.month_end,
    accounts.account_id,
    accounts.seats,
    first_paid.first_paid_on,
    {{ days_between('first_paid.first_paid_on', 'accounts.month_end') }} as tenure_days
from accounts
inner join first_paid
    on accounts.knowledge_id = first_paid.knowledge_id and accounts.account_id = first_paid.account_id
