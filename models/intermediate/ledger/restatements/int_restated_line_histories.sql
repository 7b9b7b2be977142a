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

accounts as (

    select
        account_id,
        min(known_on) as known_on
    from {{ ref('stg_accounts') }}
    where is_valid
    group by account_id

),

layers as (

    select * from {{ ref('int_line_layers') }}

),

starts as (

    select distinct
        account_id,
        product_id,
        contract_line_id,
        replaces_line_id,
        line_from,
        line_to
    from {{ ref('int_line_starts') }}
    where knowledge_id = 'restated'

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

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

),

-- The last word on the line, at the close and now.
told as (

    select
        published.basis,
        lines.month,
        layers.contract_line_id,
        layers.starts_on,
        coalesce(layers.terminated_on, layers.cancel_notice_on) as leaves_on,
        row_number() over (
            partition by published.basis, lines.month, layers.contract_line_id
            order by layers.known_on desc nulls last, layers.valid_from desc, layers.version_id asc
        ) as recency
    from lines
    inner join published on lines.month = published.month
    inner join layers
        on published.knowledge_id = layers.knowledge_id and lines.contract_line_id = layers.contract_line_id

),

last_words as (

    select
        contract_line_id,
        max(case when recency = 1 and status = 'void' then 1 else 0 end) = 1 as is_void,
        max(case when recency = 1 and is_deleted then 1 else 0 end) = 1 as is_deleted,
        min(known_on) as first_known_on,
        max(known_on) as last_known_on
    from (
        select
            *,
            row_number() over (
                partition by contract_line_id
                order by recorded_at desc nulls last, applies_from desc nulls last, _row_hash asc
            ) as recency
        from contract_lines
    ) as numbered
    group by contract_line_id

),

-- Lines that take over from one of the same account and product, by name or by the calendar.
renewals as (

    select distinct later.contract_line_id
    from starts as later
    left join starts as earlier
        on
            later.account_id = earlier.account_id
            and later.product_id = earlier.product_id
            and later.contract_line_id <> earlier.contract_line_id
            and {{ takes_over('earlier.line_to', 'later.line_from') }}
    where later.replaces_line_id is not null or earlier.contract_line_id is not null

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
    reported.leaves_on is distinct from restated.leaves_on as has_other_end,
    renewals.contract_line_id is not null as is_renewal
from lines
inner join published on lines.month = published.month and published.basis = 'as_reported'
left join account_map
    on published.knowledge_id = account_map.knowledge_id and lines.owner_account_id = account_map.account_id
left join accounts on lines.owner_account_id = accounts.account_id
left join sealed_months on lines.month = sealed_months.month
left join sealed_lines on lines.contract_line_id = sealed_lines.contract_line_id
left join last_words on lines.contract_line_id = last_words.contract_line_id
left join renewals on lines.contract_line_id = renewals.contract_line_id
left join told as reported
    on
        reported.basis = 'as_reported'
        and lines.month = reported.month
        and lines.contract_line_id = reported.contract_line_id
        and reported.recency = 1
left join told as restated
    on
        restated.basis = 'restated'
        and lines.month = restated.month
        and lines.contract_line_id = restated.contract_line_id
        and restated.recency = 1
