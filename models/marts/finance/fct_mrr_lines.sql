{%- set money = ['gross_native', 'mrr_native', 'gross_mrr', 'excess_discount_mrr', 'mrr'] -%}
{%- set of_line = ['unit_price', 'billing_unit', 'billing_interval', 'budget_rate', 'budget_fixed_rate'] -%}
with

published_lines as (

    select
        *,
        cast(null as {{ dbt.type_string() }}) as ended_by,
        cast(null as date) as ended_on
    from {{ ref('int_published_lines') }}

),

leavings as (

    select
        *,
        case
            when ended_by = 'replaced' then {{ add_days('replaced_on', -1) }}
            when ended_by = 'past_due' then {{ add_days('unpaid_from', -1) }}
            when ended_by in ('terminated', 'term_end', 'notice', 'deleted') then {{ add_days('covered_to', -1) }}
        end as ended_on
    from {{ ref('int_line_leavings') }}

),

line_versions as (

    select * from {{ ref('int_line_versions') }}

),

units as (

    select * from {{ ref('int_line_units') }}

),

raw_rows as (

    select
        _row_hash as version_id,
        _source_file as source_file
    from {{ ref('int_contract_lines_checked') }}
    where is_usable

),

lines as (

    {% set facts = [
        'basis', 'knowledge_id', 'month', 'contract_line_id', 'version_id', 'account_id', 'owner_account_id',
        'product_id', 'plan_id', 'currency', 'ended_by', 'ended_on',
    ] -%}
    select
        {{ prefixed('published_lines', facts + money + of_line) }},
        published_lines.quantity,
        published_lines.rate_stated_for,
        published_lines.is_gap_filled,
        published_lines.is_paused
    from published_lines
    union all
    select
        {{ prefixed('leavings', facts) }},
        {%- for amount in money %}
        0 as {{ amount }},
        {%- endfor %}
        {%- for column in of_line %}
        null as {{ column }},
        {%- endfor %}
        0 as quantity,
        null as rate_stated_for,
        false as is_gap_filled,
        false as is_paused
    from leavings

)

select
    lines.contract_line_id,
    lines.month,
    lines.basis,
    lines.account_id,
    lines.owner_account_id,
    lines.product_id,
    lines.plan_id,
    line_versions.contract_id,
    lines.currency,
    cast(lines.quantity as decimal(22, 6)) as quantity,
    case when lines.ended_by is null then units.unit end as unit,
    cast(lines.unit_price as decimal(28, 12)) as unit_price,
    lines.billing_unit,
    cast(lines.billing_interval as integer) as billing_interval,
    line_versions.discount_rate,
    line_versions.tax_rate,
    line_versions.is_tax_inclusive,
    cast(lines.gross_native as decimal(19, 3)) as gross_native,
    cast(lines.mrr_native as decimal(19, 3)) as mrr_native,
    cast(lines.budget_rate as decimal(18, 8)) as budget_rate,
    cast(lines.budget_fixed_rate as decimal(18, 8)) as fixed_rate,
    cast({{ fiscal_year('lines.rate_stated_for') }} as integer) as rate_fiscal_year,
    cast(lines.gross_mrr as decimal(19, 3)) as gross_mrr,
    cast(lines.gross_mrr - lines.mrr as decimal(19, 3)) as discount_mrr,
    cast(lines.excess_discount_mrr as decimal(19, 3)) as excess_discount_mrr,
    cast(lines.mrr as decimal(19, 3)) as mrr,
    lines.is_gap_filled,
    lines.is_paused,
    lines.ended_by,
    lines.ended_on,
    line_versions.known_on,
    raw_rows.source_file,
    lines.contract_line_id as raw_key
from lines
left join line_versions
    on lines.knowledge_id = line_versions.knowledge_id and lines.version_id = line_versions.version_id
left join units on lines.knowledge_id = units.knowledge_id and lines.version_id = units.version_id
left join raw_rows on lines.version_id = raw_rows.version_id
