with

tickets as (

    select * from {{ ref('stg_support_tickets') }}
    where is_valid

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis <> 'restated'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

)

select
    knowledge.closing_month as month,
    tickets.ticket_id,
    account_map.paying_account_id as account_id,
    tickets.severity,
    tickets.opened_on,
    {{ days_between('tickets.opened_on', 'knowledge.map_date') }} as days_since_opened,
    coalesce(tickets.closed_on <= knowledge.map_date, false) as is_closed
from tickets
inner join knowledge
    on tickets.opened_on <= knowledge.map_date and {{ is_known('tickets', 'knowledge') }}
left join account_map
    on knowledge.knowledge_id = account_map.knowledge_id and tickets.account_id = account_map.account_id
