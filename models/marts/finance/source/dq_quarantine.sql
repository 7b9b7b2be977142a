with

quarantined_rows as (

    select * from {{ ref('int_quarantined_rows') }}

),

reasons as (

    select * from {{ ref('quarantine_reasons') }}

),

newest as (

    select coalesce(max(month), {{ month_start(as_of_date()) }}) as month from {{ ref('int_months') }}

),

reference_ids as (

    select * from {{ ref('stg_reference_ids') }}

),

budget_rates as (

    select budget_rates.*
    from {{ ref('int_budget_rates') }} as budget_rates
    inner join newest on newest.month between budget_rates.from_month and budget_rates.to_month
    where budget_rates.knowledge_id = 'restated'

),

generic as (

    select * from reasons
    where reason = 'null_column'

),

explained as (

    select
        quarantined_rows.*,
        coalesce(reasons.meaning, generic.meaning) as explanation,
        coalesce(reasons.remedy, generic.remedy) as remedy,
        {% for position in range(1, 13) -%}
        nullif(split_part(reasons.column_name, '|', {{ position }}), '') as column_{{ position }},
        {% endfor -%}
        {{ rate_columns('quarantined_rows.currency', 'budget_rates') }}
    from quarantined_rows
    cross join generic
    left join reasons on quarantined_rows.reason = reasons.reason
    left join budget_rates on quarantined_rows.currency = budget_rates.currency

),

-- The reader knows the column it could not read; otherwise the first one that the row has filled is meant.
located as (

    select
        *,
        coalesce(
            nullif(_reject_column, ''),
            {% for position in range(1, 13) -%}
            case when {{ json_value('_row_json', 'column_' ~ position) }} <> '' then column_{{ position }} end,
            {% endfor -%}
            column_1
        ) as column_name
    from explained

),

valued as (

    select
        *,
        nullif({{ json_value('_row_json', 'column_name') }}, '') as value
    from located

),

-- An id that means several names them.
named as (

    select
        valued.*,
        reference_ids.ids as candidates
    from valued
    left join reference_ids
        on
            valued.reason = 'ambiguous_id'
            and reference_ids.raw_table = {{ referenced_by_name('valued.column_name') }}
            and reference_ids.folded_id = {{ folded_id('trim(valued.value)') }}

)

select
    raw_table,
    raw_key,
    account_id,
    reason,
    column_name,
    value,
    explanation || coalesce(': ' || replace(candidates, '|', ', '), '') as explanation,
    remedy,
    currency,
    cast(amount as decimal(28, 6)) as amount,
    cast(case
        when abs(amount) <= {{ largest_amount() }}
            then ({{ exchanged('cast(amount as decimal(24, 6))', 'budget') }}) * budget_rate
    end as decimal(28, 6)) as reporting_amount,
    refused_mrr,
    is_mrr_estimated,
    is_outlier,
    _row_json as row_json,
    _source_file as source_file
from named
