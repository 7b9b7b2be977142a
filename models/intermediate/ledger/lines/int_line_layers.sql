with

contract_lines as (

    select * from {{ ref('int_contract_lines_checked') }}
    where is_usable

),

knowledge as (

    select * from {{ ref('int_knowledge') }}

),

account_map as (

    select * from {{ ref('int_account_map') }}
    where not is_internal

),

known as (

    select
        knowledge.knowledge_id,
        account_map.paying_account_id,
        contract_lines.*
    from contract_lines
    inner join knowledge on {{ is_known('contract_lines', 'knowledge') }}
    inner join account_map
        on
            knowledge.knowledge_id = account_map.knowledge_id
            and contract_lines.owner_account_id = account_map.account_id

),

layered as (

    select
        *,
        {{ version_valid_from() }} as layer_from,
        {{ version_valid_to(['knowledge_id', 'contract_line_id']) }} as layer_to,
        row_number() over (
            partition by knowledge_id, contract_line_id
            order by recorded_at nulls first, applies_from nulls first
        ) = 1 as is_first_version,
        coalesce(first_value(status) over (
            partition by knowledge_id, contract_line_id
            order by recorded_at desc nulls last, applies_from desc nulls last
        ), 'active') = 'void' as is_line_void,
        max(case when is_deleted then 1 else 0 end) over (
            partition by knowledge_id, contract_line_id
        ) = 1 as is_line_deleted
    from known

),

-- A line whose last word is void never existed. A deletion covers nothing, unless it is all that is known of a
-- line: then the line ran until it.
valid as (

    select
        *,
        case
            when is_deleted and is_first_version then {{ earliest_day() }}
            else layer_from
        end as valid_from,
        case
            when is_deleted and is_first_version then least(layer_from, layer_to)
            when is_deleted or status = 'void' then {{ earliest_day() }}
            else layer_to
        end as valid_to
    from layered
    where not is_line_void

)

select
    knowledge_id,
    contract_line_id,
    _row_hash as version_id,
    contract_id,
    paying_account_id as account_id,
    owner_account_id,
    product_id,
    plan_id,
    parent_line_id,
    replaces_line_id,
    charge_type,
    discount_kind,
    quantity,
    unit_price,
    discount_rate,
    billing_unit,
    billing_interval,
    currency,
    tax_rate,
    is_tax_inclusive,
    is_trial,
    status,
    is_line_deleted,
    starts_on,
    ends_on,
    signed_on,
    cancel_notice_on,
    terminated_on,
    effective_from,
    known_on,
    valid_from,
    valid_to
from valid
where valid_from < valid_to
