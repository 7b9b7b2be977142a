with

population as (

    select * from {{ ref('int_health_population') }}

),

versions as (

    select * from {{ ref('int_health_versions') }}

),

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where basis = 'as_reported'

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

invoices as (

    select * from {{ ref('stg_invoices') }}
    where is_valid and kind = 'invoice'

),

rules as (

    {{ rules_as_columns('billing_rules', ['default_due_days']) }}

),

-- One invoice as a month sees it: a payment after the month-end has not happened yet.
known as (

    select
        knowledge.closing_month as month,
        knowledge.map_date as month_end,
        account_map.paying_account_id as account_id,
        {{ due_on('invoices', 'rules') }} as due_on,
        invoices.amount,
        coalesce(invoices.paid_on <= knowledge.map_date, false) as is_paid
    from invoices
    cross join rules
    inner join knowledge
        on invoices.issued_on <= knowledge.map_date and {{ is_known('invoices', 'knowledge') }}
    left join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and invoices.account_id = account_map.account_id

),

-- Without a single payment nothing can be told about payments.
payment_records as (

    select
        month,
        max(case when is_paid then 1 else 0 end) = 1 as are_kept
    from known
    group by month

)

select
    population.account_id,
    population.month,
    max(case
        when
            not known.is_paid
            and known.amount > 0
            and {{ days_between('known.due_on', 'known.month_end') }} > versions.past_due_days
            then 1
        else 0
    end) = 1 as is_past_due
from population
inner join versions on population.score_version = versions.score_version
inner join payment_records on population.month = payment_records.month and payment_records.are_kept
left join known on population.month = known.month and population.account_id = known.account_id
group by population.account_id, population.month
