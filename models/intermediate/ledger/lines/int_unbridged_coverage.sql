with

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

chains as (

    select * from {{ ref('int_line_chains') }}

),

links as (

    select * from {{ ref('int_line_links') }}

),

rests as (

    select * from {{ ref('int_line_rests') }}

),

-- A trial renews nothing: a line goes on with the first day that is paid of what names it.
renewals as (

    select
        links.knowledge_id,
        links.replaces_line_id as contract_line_id,
        min(line_versions.covered_from) as renewed_on
    from links
    inner join line_versions
        on links.knowledge_id = line_versions.knowledge_id and links.contract_line_id = line_versions.contract_line_id
    where line_versions.is_paid_line
    group by links.knowledge_id, links.replaces_line_id

),

covered as (

    select
        line_versions.*,
        least(line_versions.covered_to, coalesce(chains.replaced_on, line_versions.covered_to)) as covered_until,
        line_versions.quantity >= 0 and (line_versions.is_paid_line or rests.version_id is not null)
            as is_bridging_line,
        renewals.renewed_on
    from line_versions
    inner join chains
        on
            line_versions.knowledge_id = chains.knowledge_id
            and line_versions.contract_line_id = chains.contract_line_id
    left join rests
        on line_versions.knowledge_id = rests.knowledge_id and line_versions.version_id = rests.version_id
    left join renewals
        on
            line_versions.knowledge_id = renewals.knowledge_id
            and line_versions.contract_line_id = renewals.contract_line_id

),

followed as (

    select
        *,
        lead(covered_from) over by_day as next_version_from,
        coalesce(lead(is_bridging_line) over by_day, false) as next_version_is_paid
    from covered
    where covered_from < covered_until
    window by_day as (partition by knowledge_id, contract_line_id order by covered_from)

)

select
    knowledge_id,
    contract_line_id,
    version_id,
    account_id,
    product_id,
    covered_from,
    covered_until as covered_to,
    is_bridging_line,
    terminated_on is null and cancel_notice_on is null and not is_line_deleted as may_be_bridged,
    next_version_from,
    next_version_is_paid,
    renewed_on
from followed
where charge_type in ('recurring', 'discount')
