with

contract_lines as (

    select
        *,
        coalesce(end_customer_account_id, account_id) as owner_account_id
    from {{ ref('stg_contract_lines') }}
    where charge_type = 'recurring'

),

amendments as (

    select * from contract_lines
    where is_valid and {{ is_amendment() }}

),

targets as (

    select
        *,
        quarantine_reason = 'conflicting_versions' as is_contradicted
    from contract_lines

),

-- The line that is named, else those of the contract and product.
found as (

    select
        amendments._row_hash as version_id,
        targets.is_valid,
        targets.is_contradicted
    from amendments
    inner join targets
        on amendments.parent_line_id = targets.contract_line_id and amendments.currency = targets.currency
    union all
    select
        amendments._row_hash as version_id,
        targets.is_valid,
        targets.is_contradicted
    from amendments
    inner join targets
        on
            amendments.contract_id = targets.contract_id
            and amendments.product_id = targets.product_id
            and amendments.owner_account_id = targets.owner_account_id
            and amendments.currency = targets.currency
            and targets.quantity >= 0
    where amendments.parent_line_id is null

)

select
    version_id,
    max(case when is_valid then 1 else 0 end) = 1 as is_usable,
    max(case when is_contradicted then 1 else 0 end) = 1 as is_contradicted
from found
group by version_id
