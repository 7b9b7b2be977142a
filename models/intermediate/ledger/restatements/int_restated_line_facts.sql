{%- set facts = ['account_id', 'owner_account_id', 'currency', 'quantity', 'gross_native', 'mrr_native'] -%}
with

ends as (

    select * from {{ ref('int_restated_ends') }}

),

balances as (

    select * from {{ ref('int_restated_line_balances') }}

),

sealed_months as (

    select * from {{ ref('int_sealed_months') }}

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
left join balances as reported
    on
        reported.basis = 'as_reported'
        and ends.month = reported.month
        and ends.compared_month = reported.compared_month
        and ends.contract_line_id = reported.contract_line_id
left join balances as restated
    on
        restated.basis = 'restated'
        and ends.month = restated.month
        and ends.compared_month = restated.compared_month
        and ends.contract_line_id = restated.contract_line_id
