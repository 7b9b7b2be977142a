{%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
with

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated'

),

accounts as (

    select distinct account_id from {{ ref('stg_accounts') }}
    where is_valid

),

contract_line_outcomes as (

    select * from {{ ref('int_contract_line_outcomes') }}

),

staged as (

    {% for table, row in reconciled_tables().items() if not row.judged_in -%}
    select
        '{{ table }}' as raw_table,
        {{ row.key or no_text }} as raw_key,
        {{ row.account or no_text }} as account_id,
        {{ 'account_id' in (row.account or '') }} as needs_account,
        {{ month_start(row.day) if row.day else 'cast(null as date)' }} as month,
        {{ row.currency or no_text }} as currency,
        cast({{ row.amount or 'null' }} as decimal(28, 6)) as amount,
        quarantine_reason,
        exclusion_reason,
        {{ '_row_json' }},
        _source_file
    from {{ ref('stg_' ~ table) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

judged as (

    select
        staged.*,
        case
            when staged.quarantine_reason is not null then staged.quarantine_reason
            when staged.exclusion_reason = 'duplicate' then null
            when staged.needs_account and accounts.account_id is null then 'orphan_customer'
        end as final_quarantine_reason,
        coalesce(
            staged.exclusion_reason,
            case when account_map.is_internal then 'internal_account' end
        ) as final_exclusion_reason
    from staged
    left join accounts on staged.account_id = accounts.account_id
    left join account_map on staged.account_id = account_map.account_id

),

settled as (

    select
        raw_table,
        raw_key,
        account_id,
        month,
        currency,
        amount,
        case
            when final_quarantine_reason is not null then 'quarantined'
            when final_exclusion_reason is not null then 'excluded'
            else 'modelled'
        end as outcome,
        coalesce(final_quarantine_reason, final_exclusion_reason) as reason,
        _row_json,
        _source_file
    from judged

)

select * from settled
union all
select
    'contract_lines' as raw_table,
    contract_line_id as raw_key,
    account_id,
    month,
    currency,
    amount,
    outcome,
    reason,
    _row_json,
    _source_file
from contract_line_outcomes
