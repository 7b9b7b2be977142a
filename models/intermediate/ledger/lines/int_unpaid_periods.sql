with

invoices as (

    select * from {{ ref('stg_invoices') }}
    where is_valid and kind = 'invoice'

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}

),

rules as (

    {{ rules_as_columns('billing_rules', ['default_due_days']) }}

),

-- Without a single payment date nothing can be told about payments, and the rule is off.
payments as (

    select distinct knowledge.knowledge_id
    from invoices
    inner join knowledge on {{ is_known('invoices', 'knowledge') }}
    where invoices.paid_on is not null

),

due as (

    select
        knowledge.knowledge_id,
        account_map.paying_account_id as account_id,
        invoices.product_id,
        {{ add_days(due_on('invoices', 'rules'), setting('dunning_days')) }} as unpaid_from,
        coalesce(invoices.paid_on, {{ latest_day() }}) as paid_on
    from invoices
    cross join rules
    inner join knowledge on {{ is_known('invoices', 'knowledge') }}
    inner join account_map
        on knowledge.knowledge_id = account_map.knowledge_id and invoices.account_id = account_map.account_id
    inner join payments on knowledge.knowledge_id = payments.knowledge_id

)

select distinct
    knowledge_id,
    account_id,
    product_id,
    unpaid_from,
    paid_on
from due
where unpaid_from < paid_on
