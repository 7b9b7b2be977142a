with

lines as (

    select * from {{ ref('int_published_lines') }}

),

published_months as (

    select * from {{ ref('int_published_months') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}

),

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where charge_type = 'recurring'

),

chains as (

    select * from {{ ref('int_line_chains') }}

),

-- In force at the month-end before and not at this one; of a sealed month nobody knows whether it only paid nothing.
left_out as (

    select
        lines.basis,
        published_months.knowledge_id,
        published_months.month,
        lines.contract_line_id,
        lines.account_id,
        lines.owner_account_id,
        lines.product_id,
        lines.plan_id,
        lines.currency
    from lines
    inner join published_months
        on lines.basis = published_months.basis and {{ add_months('lines.month', 1) }} = published_months.month
    left join lines as next_lines
        on
            lines.basis = next_lines.basis
            and lines.contract_line_id = next_lines.contract_line_id
            and published_months.month = next_lines.month
    left join sealed_months on published_months.month = sealed_months.month and lines.basis = 'as_reported'
    where next_lines.contract_line_id is null and sealed_months.month is null

),

-- The last version that has begun is the one that ended.
versioned as (

    select
        left_out.*,
        {{ month_end('left_out.month') }} as month_end,
        line_versions.version_id,
        line_versions.ends_on,
        line_versions.terminated_on,
        line_versions.cancel_notice_on,
        line_versions.covered_to,
        line_versions.is_line_deleted and line_versions.covered_to = line_versions.valid_to as is_deleted,
        row_number() over (
            partition by left_out.basis, left_out.month, left_out.contract_line_id
            order by line_versions.covered_from desc nulls last, line_versions.version_id asc
        ) as recency
    from left_out
    left join line_versions
        on
            left_out.knowledge_id = line_versions.knowledge_id
            and left_out.contract_line_id = line_versions.contract_line_id
            and line_versions.covered_from <= {{ month_end('left_out.month') }}

)

select
    versioned.basis,
    versioned.knowledge_id,
    versioned.month,
    versioned.contract_line_id,
    versioned.account_id,
    versioned.owner_account_id,
    versioned.product_id,
    versioned.plan_id,
    versioned.currency,
    versioned.version_id,
    chains.replaced_on,
    line_mrr.unpaid_from,
    versioned.covered_to,
    {{ line_ended_by() }} as ended_by
from versioned
left join line_mrr
    on
        versioned.knowledge_id = line_mrr.knowledge_id
        and versioned.contract_line_id = line_mrr.contract_line_id
        and versioned.month = line_mrr.month
left join chains
    on
        versioned.knowledge_id = chains.knowledge_id
        and versioned.contract_line_id = chains.contract_line_id
        and versioned.month_end >= chains.replaced_on
where versioned.recency = 1
