with

starts as (

    select * from {{ ref('int_line_starts') }}

),

anniversaries as (

    select * from {{ ref('int_term_anniversaries') }}

),

extensions as (

    select * from {{ ref('int_term_extensions') }}

),

months as (

    select * from {{ ref('int_renewal_months') }}

),

-- A term that became longer for the same money had not ended.
stated as (

    select
        starts.knowledge_id,
        starts.version_id,
        starts.ends_on as term_to,
        false as is_implied
    from starts
    left join extensions
        on
            starts.knowledge_id = extensions.knowledge_id
            and starts.contract_line_id = extensions.contract_line_id
            and starts.ends_on = extensions.ends_on
            and not extensions.is_renewal
    where starts.ends_on is not null and extensions.contract_line_id is null

),

-- The end that a renewal by a later row has hidden.
overwritten as (

    select
        starts.knowledge_id,
        starts.version_id,
        extensions.ends_on as term_to,
        true as is_implied
    from starts
    inner join extensions
        on
            starts.knowledge_id = extensions.knowledge_id
            and starts.contract_line_id = extensions.contract_line_id
            and extensions.is_overwritten
            and starts.covered_from <= extensions.ends_on
            and starts.covered_to > extensions.ends_on

),

ends as (

    select * from stated
    union all
    select * from overwritten
    union all
    select
        knowledge_id,
        version_id,
        term_to,
        true as is_implied
    from anniversaries

)

select
    starts.knowledge_id,
    starts.contract_line_id,
    starts.version_id,
    starts.account_id,
    starts.product_id,
    starts.chain_id,
    starts.covered_from,
    starts.covered_to,
    starts.agreed_to,
    starts.cancel_notice_on,
    starts.terminated_on,
    ends.term_to as ends_on,
    ends.is_implied and starts.line_to > {{ add_days('ends.term_to', 1) }} as runs_on,
    months.month
from ends
inner join starts on ends.knowledge_id = starts.knowledge_id and ends.version_id = starts.version_id
inner join months
    on ends.knowledge_id = months.knowledge_id and {{ month_start('ends.term_to') }} = months.month
