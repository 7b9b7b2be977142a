with

accounts as (

    select * from {{ ref('int_account_versions') }}
    where knowledge_id = 'restated' and is_current

),

survivors as (

    select * from {{ ref('int_account_survivors') }}
    where knowledge_id = 'restated'

),

parents as (

    select * from {{ ref('int_account_parents') }}
    where knowledge_id = 'restated'

),

line_versions as (

    select * from {{ ref('int_line_versions') }}
    where knowledge_id = 'restated'

),

line_links as (

    select * from {{ ref('int_line_links') }}
    where knowledge_id = 'restated'

),

lines as (

    select distinct contract_line_id from line_versions

),

named_lines as (

    select distinct
        contract_line_id,
        owner_account_id,
        replaces_line_id
    from line_versions
    where replaces_line_id is not null

)

select
    'accounts' as raw_table,
    accounts.account_id as raw_key,
    accounts.account_id,
    'merged_into_account_id' as column_name,
    accounts.merged_into_account_id as value,
    buyers.account_id is not null as is_known
from accounts
inner join survivors on accounts.account_id = survivors.account_id
left join survivors as buyers on accounts.merged_into_account_id = buyers.account_id
where accounts.merged_into_account_id is not null and survivors.survivor_id = accounts.account_id
union all
select
    'accounts' as raw_table,
    accounts.account_id as raw_key,
    accounts.account_id,
    'parent_account_id' as column_name,
    accounts.parent_account_id as value,
    above.account_id is not null as is_known
from accounts
left join survivors as above on accounts.parent_account_id = above.account_id
left join parents on accounts.account_id = parents.account_id
where
    accounts.parent_account_id is not null
    and parents.account_id is null
    and above.survivor_id is distinct from accounts.account_id
union all
select
    'contract_lines' as raw_table,
    named_lines.contract_line_id as raw_key,
    named_lines.owner_account_id as account_id,
    'replaces_line_id' as column_name,
    named_lines.replaces_line_id as value,
    lines.contract_line_id is not null as is_known
from named_lines
left join line_links on named_lines.contract_line_id = line_links.contract_line_id
left join lines on named_lines.replaces_line_id = lines.contract_line_id
where line_links.contract_line_id is null
