-- Does everything that the source delivered arrive in MRR, and if not, why?
-- Rows and money of the contract lines by what became of them, in their own currency and billing period; then what the
-- modelled ones are worth as MRR of the last month, with the number of paying accounts.
with

outcomes as (

    select
        currency,
        outcome,
        reason,
        cast(sum(row_count) as bigint) as row_count,
        sum(amount) as amount
    from {{ ref('fct_source_reconciliation') }}
    where raw_table = 'contract_lines'
    group by currency, outcome, reason

),

bridge as (

    select * from {{ ref('kpi_mrr_bridge') }}
    where segment_type = 'all' and basis = 'restated'

),

latest as (

    select max(month) as month from {{ ref('dim_months') }}

),

steps as (

    select
        case outcome when 'modelled' then 3 when 'excluded' then 2 else 1 end as step,
        outcome as what,
        reason,
        currency,
        row_count,
        amount
    from outcomes
    union all
    select
        4 as step,
        'MRR' as what,
        cast(null as {{ dbt.type_string() }}) as reason,
        '{{ setting("reporting_currency") }}' as currency,
        cast(bridge.paying_accounts as bigint) as row_count,
        bridge.closing_mrr as amount
    from bridge
    inner join latest on bridge.month = latest.month

)

select * from steps
order by step asc, what asc, reason asc, currency asc
