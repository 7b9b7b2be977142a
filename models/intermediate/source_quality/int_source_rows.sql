{%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
with

account_map as (

    select * from {{ ref('int_account_map') }}
    where knowledge_id = 'restated'

),

accounts as (

    {{ things_to_refer_to(ref('stg_accounts'), 'account_id') }}

),

needed as (

    {% for thing, relation in {
        'product': ref('stg_products'), 'plan': ref('stg_plans'), 'line': ref('stg_contract_lines'),
        'experiment': ref('stg_experiments'),
    }.items() -%}
    {%- set key = 'contract_line_id' if thing == 'line' else thing ~ '_id' -%}
    select
        '{{ thing }}' as thing,
        things.{{ key }} as thing_id,
        things.is_usable,
        things.is_contradicted
    from ({{ things_to_refer_to(relation, key) }}) as things
    {{ 'union all' if not loop.last }}
    {% endfor %}

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
        {{ "'" ~ row.needs[0] ~ "'" if row.needs else no_text }} as needed_thing,
        {{ row.needs[1] if row.needs else no_text }} as needed_id,
        {{ month_start(row.day) if row.day else 'cast(null as date)' }} as month,
        {{ row.currency or no_text }} as currency,
        cast({{ row.amount or 'null' }} as decimal(28, 6)) as amount,
        quarantine_reason,
        exclusion_reason,
        _reject_column,
        {{ '_row_json' }},
        _source_file
    from {{ ref(row.counted_in or 'stg_' ~ table) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

judged as (

    select
        staged.*,
        case
            when staged.quarantine_reason is not null then staged.quarantine_reason
            when staged.exclusion_reason = 'duplicate' then null
            when staged.needs_account and not coalesce(accounts.is_usable, false)
                then {{ missing_thing_reason('accounts', 'orphan_customer') }}
            when staged.needed_thing is null or needed.is_usable then null
            when needed.is_contradicted then 'conflicting_versions'
            else 'orphan_' || staged.needed_thing
        end as final_quarantine_reason,
        coalesce(
            staged.exclusion_reason,
            case when account_map.is_internal then 'internal_account' end
        ) as final_exclusion_reason
    from staged
    left join accounts on staged.account_id = accounts.account_id
    left join needed on staged.needed_thing = needed.thing and staged.needed_id = needed.thing_id
    left join account_map on staged.account_id = account_map.account_id

)

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
    _reject_column,
    _row_json,
    _source_file
from judged
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
    _reject_column,
    _row_json,
    _source_file
from contract_line_outcomes
