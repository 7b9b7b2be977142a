with

contract_lines as (

    select * from {{ ref('stg_contract_lines') }}

),

accounts as (

    {{ things_to_refer_to(ref('stg_accounts'), 'account_id') }}

),

products as (

    {{ things_to_refer_to(ref('stg_products'), 'product_id') }}

),

currencies as (

    select * from {{ ref('currencies') }}

),

largest_rates as (

    {{ largest_rates(ref('int_budget_rates')) }}

),

amendment_targets as (

    select * from {{ ref('int_amendment_targets') }}

),

stub_hosts as (

    select * from {{ ref('int_stub_hosts') }}

),

-- Who the money belongs to: behind a reseller, the customer at the end.
owned as (

    select
        contract_lines.*,
        coalesce(contract_lines.end_customer_account_id, contract_lines.account_id) as owner_account_id,
        {{ is_too_precise('contract_lines._rounded_by', 'currencies.minor_unit_digits') }} as is_too_precise,
        coalesce(
            currencies.currency is null and contract_lines.currency <> '{{ setting("reporting_currency") }}', false
        ) as is_unknown_currency,
        {{ rough_amount('abs(contract_lines.unit_price)', 'greatest(abs(contract_lines.quantity), 1)') }}
        * coalesce(largest_rates.rate, 0) > {{ largest_amount() }} as is_too_much
    from contract_lines
    left join currencies on contract_lines.currency = currencies.currency
    left join largest_rates on contract_lines.currency = largest_rates.currency

),

parent_lines as (

    select
        owned.contract_line_id,
        max(
            case
                when
                    owned.is_valid and not owned.is_too_precise and not owned.is_unknown_currency
                    and owned.is_too_much is not true and accounts.is_usable and products.is_usable
                    then 1
                else 0
            end
        ) = 1 as is_usable,
        max(case when owned.quarantine_reason = 'conflicting_versions' then 1 else 0 end) = 1 as is_contradicted
    from owned
    left join accounts on owned.owner_account_id = accounts.account_id
    left join products on owned.product_id = products.product_id
    where owned.charge_type = 'recurring'
    group by owned.contract_line_id

),

judged as (

    select
        owned.*,
        stub_hosts.host_line_id,
        stub_hosts.host_known_on,
        case
            when owned.quarantine_reason is not null or not owned.is_valid then owned.quarantine_reason
            when owned.is_unknown_currency then 'unknown_currency'
            when owned.is_too_precise then 'too_precise'
            when owned.is_too_much then 'amount_out_of_range'
            else coalesce(
                {{ missing_thing_reason('accounts', 'orphan_customer') }},
                {{ missing_thing_reason('products', 'orphan_product') }},
                case
                    when owned.discount_scope = 'line'
                        then {{ missing_thing_reason('parent_lines', 'orphan_discount') }}
                    when owned.charge_type = 'recurring' and owned.quantity < 0
                        then {{ missing_thing_reason('amendment_targets', 'orphan_amendment') }}
                end,
                case when owned.is_short_term and stub_hosts.version_id is null then 'term_lt_28d' end
            )
        end as checked_reason
    from owned
    left join accounts on owned.owner_account_id = accounts.account_id
    left join products on owned.product_id = products.product_id
    left join parent_lines on owned.parent_line_id = parent_lines.contract_line_id
    left join amendment_targets on owned._row_hash = amendment_targets.version_id
    left join stub_hosts on owned._row_hash = stub_hosts.version_id

)

select
    *,
    is_valid and checked_reason is null as is_usable
from judged
