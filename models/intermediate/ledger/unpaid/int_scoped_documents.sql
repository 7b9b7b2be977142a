with

documents as (

    select * from {{ ref('stg_invoices') }}
    where is_valid and kind in ('invoice', 'credit_note')

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}

),

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

chains as (

    select * from {{ ref('int_line_chains') }}

),

rules as (

    {{ rules_as_columns('billing_rules', ['default_due_days']) }}

),

-- A renewal carries on what it replaces, with what is owed for it.
newest_versions as (

    select
        line_versions.*,
        coalesce(chains.chain_id, line_versions.contract_line_id) as chain_id,
        row_number() over (
            partition by line_versions.knowledge_id, line_versions.contract_line_id
            order by line_versions.covered_from desc, line_versions.version_id desc
        ) as recency
    from line_versions
    left join chains
        on
            line_versions.knowledge_id = chains.knowledge_id
            and line_versions.contract_line_id = chains.contract_line_id

),

-- What is paid without a day was paid when the source first said so.
stated as (

    select
        documents.*,
        {{ stated_payment('documents') }} as paid_amount_stated,
        min(coalesce(documents.known_on, {{ earliest_day() }})) over (
            partition by documents.invoice_id, {{ stated_payment('documents') }}
        ) as payment_known_on
    from documents

)

select
    knowledge.knowledge_id,
    stated.invoice_id,
    stated.kind,
    coalesce(named.account_id, account_map.paying_account_id) as account_id,
    coalesce(named.product_id, stated.product_id) as product_id,
    case when named.charge_type = 'recurring' then named.chain_id end as chain_id,
    coalesce(stated.charge_type, named.charge_type) as charge_type,
    stated.currency,
    abs(stated.amount) as amount,
    stated.issued_on,
    {{ due_on('stated', 'rules') }} as due_on,
    stated.paid_amount_stated as paid_amount,
    case
        when stated.paid_amount_stated > 0 then coalesce(stated.paid_on, stated.payment_known_on)
        else {{ latest_day() }}
    end as paid_on,
    stated.settles_invoice_id
from stated
cross join rules
inner join knowledge on {{ is_known('stated', 'knowledge') }}
inner join account_map
    on knowledge.knowledge_id = account_map.knowledge_id and stated.account_id = account_map.account_id
left join newest_versions as named
    on
        knowledge.knowledge_id = named.knowledge_id
        and stated.contract_line_id = named.contract_line_id
        and named.recency = 1
where
    coalesce(stated.status, 'open') <> 'void'
    and (stated.amount > 0 or (stated.kind = 'credit_note' and stated.amount <> 0))
