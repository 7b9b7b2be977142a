{%- set facts = ['account_id', 'owner_account_id', 'currency', 'quantity', 'gross_native', 'mrr_native'] -%}
with

restated_lines as (

    select * from {{ ref('int_restated_lines') }}

),

windows as (

    select * from {{ ref('retention_windows') }}

),

published as (

    select * from {{ ref('int_published_months') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

),

line_mrr as (

    select * from {{ ref('int_line_mrr') }}

),

versions as (

    select * from {{ ref('int_line_versions') }}

),

-- The month-ends at which the line's part is not what it was.
ends as (

    select
        restated_lines.month,
        {{ add_months('restated_lines.month', '-windows.window_months') }} as compared_month,
        restated_lines.contract_line_id
    from restated_lines
    inner join windows on restated_lines.retention_window = windows.retention_window
    where restated_lines.opening_difference <> 0
    union
    select
        month,
        month as compared_month,
        contract_line_id
    from restated_lines
    where closing_difference <> 0

),

looked_up as (

    select
        published.basis,
        ends.month,
        ends.compared_month,
        ends.contract_line_id,
        {{ prefixed('line_mrr', facts) }},
        line_mrr.mrr_native <> 0 as is_paying,
        line_mrr.is_paused or line_mrr.is_unpaid as is_ruled_out,
        line_mrr.is_gap_filled,
        versions.known_on
    from ends
    inner join published on ends.month = published.month
    inner join line_mrr
        on
            published.knowledge_id = line_mrr.knowledge_id
            and ends.compared_month = line_mrr.month
            and ends.contract_line_id = line_mrr.contract_line_id
    left join versions
        on published.knowledge_id = versions.knowledge_id and line_mrr.version_id = versions.version_id

),

-- One line has one balance a month, but in the month in which it goes from one product to another.
now as (

    select
        basis,
        month,
        compared_month,
        contract_line_id,
        max(account_id) as account_id,
        max(owner_account_id) as owner_account_id,
        max(currency) as currency,
        sum(quantity) as quantity,
        sum(gross_native) as gross_native,
        sum(mrr_native) as mrr_native,
        max(case when is_paying then 1 else 0 end) = 1 as is_paying,
        max(case when is_ruled_out then 1 else 0 end) = 1 as is_ruled_out,
        max(case when is_gap_filled then 1 else 0 end) = 1 as is_gap_filled,
        max(known_on) as known_on
    from looked_up
    group by basis, month, compared_month, contract_line_id

),

-- What the seal of the month-end kept of the line; an older seal kept no more than its MRR.
sealed as (

    select
        month,
        contract_line_id,
        max(account_id) as account_id,
        max(owner_account_id) as owner_account_id,
        max(currency) as currency,
        sum(quantity) as quantity,
        sum(gross_native) as gross_native,
        sum(mrr_native) as mrr_native
    from {{ ref('stg_sealed_line_balances') }}
    group by month, contract_line_id

)

select
    ends.month,
    ends.compared_month,
    ends.contract_line_id,
    compared_seals.month is not null as is_sealed,
    sealed.month is not null and sealed.gross_native is null as is_seal_silent,
    {% for fact in facts -%}
    coalesce(sealed.{{ fact }}, reported.{{ fact }}) as reported_{{ fact }},
    restated.{{ fact }} as restated_{{ fact }},
    {% endfor -%}
    case when compared_seals.month is null then coalesce(reported.is_paying, false) else sealed.month is not null end
        as reported_is_paying,
    coalesce(restated.is_paying, false) as restated_is_paying,
    coalesce(reported.is_ruled_out, false) or coalesce(restated.is_ruled_out, false) as is_ruled_out,
    reported.contract_line_id is not null as is_reported_in_force,
    restated.contract_line_id is not null as is_restated_in_force,
    coalesce(restated.is_gap_filled, false) as is_gap_filled,
    restated.known_on as restated_known_on
from ends
left join sealed_months on ends.month = sealed_months.month
left join sealed_months as compared_seals
    on ends.compared_month = compared_seals.month and sealed_months.month is not null
left join sealed
    on compared_seals.month = sealed.month and ends.contract_line_id = sealed.contract_line_id
left join now as reported
    on
        reported.basis = 'as_reported'
        and ends.month = reported.month
        and ends.compared_month = reported.compared_month
        and ends.contract_line_id = reported.contract_line_id
left join now as restated
    on
        restated.basis = 'restated'
        and ends.month = restated.month
        and ends.compared_month = restated.compared_month
        and ends.contract_line_id = restated.contract_line_id
