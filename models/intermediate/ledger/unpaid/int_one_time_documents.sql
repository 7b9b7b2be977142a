with

documents as (

    select * from {{ ref('int_scoped_documents') }}
    where kind = 'invoice'

),

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where charge_type = 'one_time'

),

currencies as (

    select * from {{ ref('currencies') }}

),

single_month as (

    select
        1 as months_numerator,
        1 as months_denominator

),

charges as (

    select
        line_versions.knowledge_id,
        line_versions.contract_line_id,
        line_versions.account_id,
        line_versions.product_id,
        line_versions.currency,
        line_versions.starts_on,
        {{ round_monthly_amount(
            monthly_amount('line_versions', 'single_month'), 'coalesce(currencies.minor_unit_digits, 2)'
        ) }} as amount
    from line_versions
    cross join single_month
    left join currencies on line_versions.currency = currencies.currency

),

-- How many documents may be such charges: as many as there are lines of that amount.
matched as (

    select
        documents.knowledge_id,
        documents.invoice_id,
        documents.account_id,
        documents.currency,
        documents.amount,
        documents.issued_on,
        count(distinct charges.contract_line_id) as charges,
        min(abs({{ days_between('charges.starts_on', 'documents.issued_on') }})) as days_apart
    from documents
    inner join charges
        on
            documents.knowledge_id = charges.knowledge_id
            and documents.account_id = charges.account_id
            and documents.currency = charges.currency
            and documents.amount = charges.amount
            and coalesce(documents.product_id, charges.product_id) = charges.product_id
    where documents.charge_type is null
    group by
        documents.knowledge_id, documents.invoice_id, documents.account_id, documents.currency, documents.amount,
        documents.issued_on

),

ranked as (

    select
        *,
        row_number() over (
            partition by knowledge_id, account_id, currency, amount
            order by days_apart, issued_on, invoice_id
        ) as closeness
    from matched

)

select
    knowledge_id,
    invoice_id
from ranked
where closeness <= charges
union all
select
    knowledge_id,
    invoice_id
from documents
where charge_type in ('one_time', 'usage')
