with

knowledge as (

    select * from {{ ref('int_knowledge') }}
    where knowledge_id = 'restated'

),

contract_lines as (

    select contract_lines.*
    from {{ ref('stg_contract_lines') }} as contract_lines
    inner join knowledge on {{ is_known('contract_lines', 'knowledge') }}
    where contract_lines.is_valid

),

numbered as (

    select
        *,
        row_number() over (
            partition by contract_line_id
            order by recorded_at desc nulls last, applies_from desc nulls last, _row_hash asc
        ) as recency
    from contract_lines

)

select
    contract_line_id,
    max(case when recency = 1 and status = 'void' then 1 else 0 end) = 1 as is_void,
    max(case when recency = 1 and is_deleted then 1 else 0 end) = 1 as is_deleted,
    min(known_on) as first_known_on,
    max(known_on) as last_known_on
from numbered
group by contract_line_id
