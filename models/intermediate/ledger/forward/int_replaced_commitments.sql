with

commitments as (

    select * from {{ ref('int_committed_lines') }}

),

signed_starts as (

    select * from {{ ref('int_signed_starts') }}

),

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where charge_type = 'recurring'

),

products as (

    select * from {{ ref('int_products') }}

),

-- A later version takes the place of the earlier ones of its line.
later_versions as (

    select
        commitments.knowledge_id,
        commitments.month,
        commitments.version_id
    from commitments
    inner join signed_starts
        on
            commitments.knowledge_id = signed_starts.knowledge_id
            and commitments.month = signed_starts.month
            and commitments.contract_line_id = signed_starts.contract_line_id
            and commitments.covered_from < signed_starts.covered_from

),

-- A line whose last version is free is given up for it.
last_versions as (

    select
        *,
        coalesce(known_on, signed_on, {{ earliest_day() }}) as agreed_on,
        row_number() over (partition by knowledge_id, contract_line_id order by covered_from desc) as recency
    from line_versions

),

given_up as (

    select
        commitments.knowledge_id,
        commitments.month,
        commitments.version_id
    from commitments
    inner join last_versions
        on
            commitments.knowledge_id = last_versions.knowledge_id
            and commitments.contract_line_id = last_versions.contract_line_id
            and commitments.covered_from < last_versions.covered_from
            and {{ month_end('commitments.month') }} >= last_versions.agreed_on
    where last_versions.recency = 1 and not last_versions.is_paid_line and last_versions.status <> 'paused'

),

-- A renewal takes the place of the line that it names.
named_renewals as (

    select
        commitments.knowledge_id,
        commitments.month,
        commitments.version_id
    from commitments
    inner join signed_starts
        on
            commitments.knowledge_id = signed_starts.knowledge_id
            and commitments.month = signed_starts.month
            and commitments.contract_line_id = signed_starts.replaces_line_id

),

-- What names no line and starts right after one of the product, or of the product whose successor it is, takes its
-- place.
unnamed_renewals as (

    select
        commitments.knowledge_id,
        commitments.month,
        commitments.version_id
    from commitments
    inner join signed_starts
        on
            commitments.knowledge_id = signed_starts.knowledge_id
            and commitments.month = signed_starts.month
            and commitments.account_id = signed_starts.account_id
            and commitments.contract_line_id <> signed_starts.contract_line_id
            and signed_starts.covered_from = signed_starts.line_from
            and {{ takes_over('commitments.line_to', 'signed_starts.covered_from') }}
    inner join products
        on
            commitments.product_id = products.product_id
            and signed_starts.product_id in (products.product_id, products.successor_product_id)
    where signed_starts.replaces_line_id is null

)

select * from later_versions
union
select * from given_up
union
select * from named_renewals
union
select * from unnamed_renewals
