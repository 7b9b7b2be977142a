with

commitments as (

    select * from {{ ref('int_committed_lines') }}

),

signed_starts as (

    select * from {{ ref('int_signed_starts') }}

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

-- Where neither line is linked to any other, what starts right after a line of the product, or of the product
-- whose successor it is, takes its place.
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
    where commitments.chain_id is null and signed_starts.chain_id is null

)

select * from later_versions
union
select * from named_renewals
union
select * from unnamed_renewals
