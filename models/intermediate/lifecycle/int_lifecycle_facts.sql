with

knowledge as (

    select
        knowledge_id,
        basis,
        coalesce(closing_month, last_month) as month,
        map_date as month_end
    from {{ ref('int_knowledge') }}

),

paid_lines as (

    select * from {{ ref('int_line_versions') }}
    where {{ is_paid_with_units() }}

),

held_lines as (

    select * from {{ ref('int_held_lines') }}

),

-- What ends after the month-end has not ended yet: its term counts, not the date that came later.
started as (

    select
        knowledge.knowledge_id,
        knowledge.basis,
        knowledge.month,
        knowledge.month_end,
        paid_lines.account_id,
        min(paid_lines.covered_from) as first_paid_on,
        min(case
            when paid_lines.covered_to > knowledge.month_end then {{ add_days('paid_lines.ends_on', 1) }}
        end) as next_renewal_on
    from paid_lines
    inner join knowledge
        on paid_lines.knowledge_id = knowledge.knowledge_id and paid_lines.covered_from <= knowledge.month_end
    group by knowledge.knowledge_id, knowledge.basis, knowledge.month, knowledge.month_end, paid_lines.account_id

),

customers as (

    select distinct
        knowledge_id,
        account_id,
        month
    from held_lines

)

select
    started.knowledge_id,
    started.basis,
    started.month,
    started.month_end,
    started.account_id,
    started.first_paid_on,
    started.next_renewal_on,
    customers.account_id is not null as is_customer
from started
left join customers
    on
        started.knowledge_id = customers.knowledge_id
        and started.account_id = customers.account_id
        and started.month = customers.month
