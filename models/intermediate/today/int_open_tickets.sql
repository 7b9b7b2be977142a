with

tickets as (

    select * from {{ ref('int_known_tickets') }}
    where not is_closed

),

last_month as (

    select max(month) as month from {{ ref('int_seen_months') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['severe_to']) }}

)

select
    tickets.account_id,
    cast(count(*) as integer) as open_tickets,
    cast(sum(case when tickets.severity <= rules.severe_to then 1 else 0 end) as integer) as severe_tickets,
    min(tickets.opened_on) as oldest_opened_on
from tickets
cross join rules
inner join last_month on tickets.month = last_month.month
where tickets.account_id is not null
group by tickets.account_id
