with

proposals as (

    select * from {{ ref('int_known_proposals') }}

),

rules as (

    {{ rules_as_columns('offer_rules', ['contact_days']) }}

),

contacts as (

    select
        account_id,
        month,
        month_end,
        contacted_on
    from proposals
    where contacted_on is not null
    union
    select
        account_id,
        month,
        month_end,
        proposed_on as contacted_on
    from proposals
    where proposed_on is not null

),

-- A day on which somebody was talked to is one contact, however many offers were on the table.
counted as (

    select
        contacts.account_id,
        contacts.month,
        count(*) as contact_days
    from contacts
    cross join rules
    where contacts.contacted_on > {{ add_days('contacts.month_end', '-rules.contact_days') }}
    group by contacts.account_id, contacts.month

),

proposed as (

    select
        account_id,
        month,
        max(proposed_on) as last_proposed_on,
        max(greatest(contacted_on, proposed_on)) as last_contacted_on,
        sum(case when proposed_on is not null and outcome = 'open' then 1 else 0 end) as open_proposals
    from proposals
    group by account_id, month

)

select
    proposed.account_id,
    proposed.month,
    proposed.last_proposed_on,
    proposed.last_contacted_on,
    cast(proposed.open_proposals as integer) as open_proposals,
    cast(coalesce(counted.contact_days, 0) as integer) as contact_days
from proposed
left join counted on proposed.account_id = counted.account_id and proposed.month = counted.month
