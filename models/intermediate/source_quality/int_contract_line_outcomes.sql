with

contract_lines as (

    select * from {{ ref('int_contract_lines_checked') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated'

),

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where knowledge_id = 'restated'

),

line_amounts as (

    select * from {{ ref('int_line_amounts') }}
    where knowledge_id = 'restated'

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}
    where knowledge_id = 'restated'

),

net_negative as (

    select distinct contract_line_id from line_amounts
    where is_net_negative

),

outvoted as (

    select distinct line_amounts.version_id
    from line_amounts
    where line_amounts.version_id not in (select line_mrr.version_id from line_mrr)

),

judged as (

    select
        contract_lines.*,
        case
            when contract_lines.checked_reason is not null then contract_lines.checked_reason
            when net_negative.contract_line_id is not null and contract_lines.is_usable then 'net_negative'
        end as final_quarantine_reason,
        case
            when contract_lines.exclusion_reason is not null then contract_lines.exclusion_reason
            when account_map.is_internal then 'internal_account'
            when contract_lines.status = 'void' then 'void'
            when contract_lines.is_deleted and line_versions.version_id is null then 'deleted'
            when line_versions.version_id is null then 'superseded'
            when outvoted.version_id is not null then 'overlap_policy'
        end as final_exclusion_reason
    from contract_lines
    left join account_map on contract_lines.owner_account_id = account_map.account_id
    left join line_versions on contract_lines._row_hash = line_versions.version_id
    left join net_negative
        on net_negative.contract_line_id = case
            when contract_lines.charge_type = 'discount' then contract_lines.parent_line_id
            else contract_lines.contract_line_id
        end
    left join outvoted on contract_lines._row_hash = outvoted.version_id

)

select
    contract_line_id,
    owner_account_id as account_id,
    {{ month_start('starts_on') }} as month,
    currency,
    cast(quantity * unit_price as decimal(28, 6)) as amount,
    case
        when exclusion_reason = 'duplicate' then 'excluded'
        when final_quarantine_reason is not null then 'quarantined'
        when final_exclusion_reason is not null then 'excluded'
        else 'modelled'
    end as outcome,
    case
        when exclusion_reason = 'duplicate' then 'duplicate'
        else coalesce(final_quarantine_reason, final_exclusion_reason)
    end as reason,
    _row_json,
    _source_file
from judged
