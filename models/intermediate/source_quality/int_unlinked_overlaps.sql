with

amounts as (

    select * from {{ ref('int_line_amounts') }}
    where knowledge_id = 'restated' and is_billed and is_paid_line and not is_net_negative

),

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where knowledge_id = 'restated'

),

chains as (

    select * from {{ ref('int_line_chains') }}
    where knowledge_id = 'restated'

),

identified as (

    select
        amounts.owner_account_id as account_id,
        amounts.product_id,
        amounts.contract_line_id,
        amounts.month,
        line_versions.contract_id,
        chains.chain_id
    from amounts
    inner join line_versions on amounts.version_id = line_versions.version_id
    inner join chains on amounts.contract_line_id = chains.contract_line_id

)

-- Before the overlap policy decides: both lines are there for whoever knows whether one replaces the other.
select
    former.account_id,
    former.product_id,
    former.contract_line_id,
    other.contract_line_id as other_line_id,
    min(former.month) as first_month,
    max(former.month) as last_month
from identified as former
inner join identified as other
    on
        former.account_id = other.account_id
        and former.product_id = other.product_id
        and former.month = other.month
        and former.contract_line_id < other.contract_line_id
where not {{ is_linked('former', 'other') }}
group by former.account_id, former.product_id, former.contract_line_id, other.contract_line_id
