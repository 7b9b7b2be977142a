with

population as (

    select * from {{ ref('int_scoring_population') }}
    where month in (select max(seen_months.month) from {{ ref('int_seen_months') }} as seen_months)

),

account_versions as (

    select * from {{ ref('int_account_versions') }}
    where knowledge_id = 'restated'

),

people as (

    select
        account_id,
        month,
        count(*) as contacts,
        sum(case when is_opted_out then 1 else 0 end) as opted_out_contacts
    from {{ ref('int_known_contacts') }}
    where not has_left
    group by account_id, month

),

{% for facts, relation in {
    'held': ref('int_held_today'),
    'tickets': ref('int_open_tickets'),
    'moves': ref('int_health_moves'),
    'renewals': ref('int_next_renewals'),
    'facts': ref('int_offer_accounts'),
    'health': ref('int_health_states'),
    'payments': ref('int_overdue_payments'),
}.items() -%}
{{ facts }} as (

    select * from {{ relation }}

){{ ',' if not loop.last }}

{% endfor -%}
select
    population.account_id,
    population.month_end as as_of_date,
    account_versions.account_name,
    account_versions.csm_owner,
    account_versions.sales_owner,
    held.mrr,
    held.products,
    held.product_ids,
    held.plan_ids,
    population.seats,
    facts.seat_utilisation,
    population.first_paid_on,
    population.tenure_days,
    renewals.next_renewal_on,
    {{ days_between('population.month_end', 'renewals.next_renewal_on') }} as days_to_renewal,
    facts.due_renewal_on is not null as is_renewal_due,
    facts.has_cancel_notice,
    facts.is_past_due,
    payments.overdue_since,
    coalesce(payments.overdue_documents, 0) as overdue_documents,
    coalesce(tickets.open_tickets, 0) as open_tickets,
    coalesce(tickets.severe_tickets, 0) as severe_tickets,
    tickets.oldest_opened_on as oldest_ticket_on,
    facts.last_contacted_on,
    facts.last_proposed_on,
    facts.open_proposals,
    facts.do_not_contact,
    facts.quiet_since,
    facts.health_score,
    facts.health_band,
    month_end_health.health_score as month_end_health_score,
    month_end_health.health_band as month_end_health_band,
    cast(facts.health_score - month_end_health.health_score as decimal(5, 1)) as health_change,
    moves.component as moved_component,
    moves.points as moved_points,
    cast(coalesce(people.contacts, 0) as integer) as contacts,
    cast(coalesce(people.opted_out_contacts, 0) as integer) as opted_out_contacts
from population
inner join facts on population.account_id = facts.account_id and population.month = facts.month
inner join held on population.account_id = held.account_id
left join account_versions
    on
        population.account_id = account_versions.account_id
        and population.month_end >= account_versions.valid_from
        and population.month_end < account_versions.valid_to
left join health as month_end_health
    on
        population.account_id = month_end_health.account_id
        and month_end_health.month = {{ add_months('population.month', -1) }}
left join payments on population.account_id = payments.account_id and population.month = payments.month
left join renewals on population.account_id = renewals.account_id
left join tickets on population.account_id = tickets.account_id
left join people on population.account_id = people.account_id and population.month = people.month
left join moves on population.account_id = moves.account_id
