with

restated_lines as (

    select * from {{ ref('int_restated_lines') }}

),

published as (

    select * from {{ ref('int_published_months') }}

),

account_map as (

    select * from {{ ref('int_published_account_map') }}

),

last_words as (

    select * from {{ ref('int_line_last_words') }}

),

successions as (

    select * from {{ ref('int_line_successions') }}

),

words as (

    select * from {{ ref('int_restated_line_words') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

accounts as (

    select
        account_id,
        min(known_on) as known_on
    from {{ ref('stg_accounts') }}
    where is_valid
    group by account_id

),

sealed_lines as (

    select
        contract_line_id,
        min(month) as first_month
    from {{ ref('stg_sealed_line_balances') }}
    group by contract_line_id

),

lines as (

    select
        month,
        contract_line_id,
        max(owner_account_id) as owner_account_id
    from restated_lines
    group by month, contract_line_id

)

select
    lines.month,
    lines.contract_line_id,
    account_map.account_id is not null as is_owner_known,
    accounts.known_on as owner_known_on,
    last_words.first_known_on,
    last_words.last_known_on,
    case
        when sealed_months.month is not null
            then coalesce(sealed_lines.first_month <= lines.month, false)
        else reported.contract_line_id is not null
    end as is_line_known,
    last_words.contract_line_id is not null as is_on_record,
    coalesce(last_words.is_void, false) as is_void,
    coalesce(last_words.is_deleted, false) as is_deleted,
    restated.contract_line_id is not null as is_counted,
    reported.starts_on as reported_starts_on,
    restated.starts_on as restated_starts_on,
    (reported.leaves_on is distinct from restated.leaves_on) as has_other_end,
    successions.contract_line_id is not null as is_renewal
from lines
inner join published on lines.month = published.month and published.basis = 'as_reported'
left join account_map
    on published.knowledge_id = account_map.knowledge_id and lines.owner_account_id = account_map.account_id
left join accounts on lines.owner_account_id = accounts.account_id
left join sealed_months on lines.month = sealed_months.month
left join sealed_lines on lines.contract_line_id = sealed_lines.contract_line_id
left join last_words on lines.contract_line_id = last_words.contract_line_id
left join successions on lines.contract_line_id = successions.contract_line_id
left join words as reported
    on
        reported.basis = 'as_reported'
        and lines.month = reported.month
        and lines.contract_line_id = reported.contract_line_id
left join words as restated
    on
        restated.basis = 'restated'
        and lines.month = restated.month
        and lines.contract_line_id = restated.contract_line_id
