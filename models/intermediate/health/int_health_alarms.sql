with

population as (

    select * from {{ ref('int_health_population') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

lines_in_force as (

    select * from {{ ref('int_line_mrr') }}
    where is_in_force

),

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

invoices as (

    select * from {{ ref('stg_invoices') }}
    where is_valid and kind = 'invoice'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

tickets as (

    select * from {{ ref('int_health_tickets') }}

),

notices as (

    select distinct
        population.account_id,
        population.month
    from population
    inner join lines_in_force
        on population.knowledge_id = lines_in_force.knowledge_id
        and population.account_id = lines_in_force.account_id
        and population.month = lines_in_force.month
    inner join line_versions
        on lines_in_force.knowledge_id = line_versions.knowledge_id
        and lines_in_force.version_id = line_versions.version_id
    where line_versions.cancel_notice_on <= population.month_end

),

-- Without a payment date by then nothing can be told about payments.
payment_records as (

    select
        population.month,
        max(case when invoices.paid_on <= population.month_end then 1 else 0 end) = 1 as are_kept
    from (select distinct month, month_end, known_until from population) as population
    inner join invoices on {{ is_known('invoices', 'population') }}
    group by population.month

),

overdue as (

    select distinct
        population.account_id,
        population.month
    from population
    inner join versions on population.score_version = versions.score_version
    inner join account_map
        on population.knowledge_id = account_map.knowledge_id and population.account_id = account_map.paying_account_id
    inner join invoices on account_map.account_id = invoices.account_id and {{ is_known('invoices', 'population') }}
    where
        invoices.amount > 0
        and invoices.issued_on <= population.month_end
        and (invoices.paid_on is null or invoices.paid_on > population.month_end)
        and {{ days_between(
            'coalesce(invoices.due_on, ' ~ add_days('invoices.issued_on', 'versions.default_due_days') ~ ')',
            'population.month_end'
        ) }} > versions.past_due_days

)

select
    population.account_id,
    population.month,
    notices.account_id is not null as has_cancel_notice,
    tickets.has_severe_open_ticket,
    case when payment_records.are_kept then overdue.account_id is not null end as is_past_due
from population
left join notices on population.account_id = notices.account_id and population.month = notices.month
left join tickets on population.account_id = tickets.account_id and population.month = tickets.month
left join payment_records on population.month = payment_records.month
left join overdue on population.account_id = overdue.account_id and population.month = overdue.month
