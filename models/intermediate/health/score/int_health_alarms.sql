with

population as (

    select * from {{ ref('int_health_population') }}

),

lines_in_force as (

    select * from {{ ref('int_line_mrr') }}
    where is_in_force

),

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

tickets as (

    select * from {{ ref('int_health_tickets') }}

),

payments as (

    select * from {{ ref('int_overdue_payments') }}

),

notices as (

    select distinct
        population.account_id,
        population.month
    from population
    inner join lines_in_force
        on
            population.knowledge_id = lines_in_force.knowledge_id
            and population.account_id = lines_in_force.account_id
            and population.month = lines_in_force.month
    inner join line_versions
        on
            lines_in_force.knowledge_id = line_versions.knowledge_id
            and lines_in_force.version_id = line_versions.version_id
    where line_versions.cancel_notice_on <= population.month_end

)

select
    population.account_id,
    population.month,
    notices.account_id is not null as has_cancel_notice,
    tickets.has_severe_open_ticket,
    payments.is_past_due,
    payments.is_newly_past_due
from population
left join notices on population.account_id = notices.account_id and population.month = notices.month
left join tickets on population.account_id = tickets.account_id and population.month = tickets.month
left join payments on population.account_id = payments.account_id and population.month = payments.month
