{#- Rows of a mart in which a sealed month stands as it was sealed, whatever the raw data says today. Needs
    CTEs current_rows, sealed_rows and sealed_months; `columns` are the names of its columns. -#}
{% macro seal_over_unsealed(columns) -%}
select {{ prefixed('current_rows', columns) }}
from current_rows
left join sealed_months
    on current_rows.month = sealed_months.month and current_rows.basis = 'as_reported'
where sealed_months.month is null
union all
select {{ prefixed('sealed_rows', columns) }}
from sealed_rows
inner join sealed_months on sealed_rows.month = sealed_months.month
{%- endmacro %}

{#- Columns of one relation, each behind its name; all of them where there is no list. -#}
{% macro prefixed(relation, columns) -%}
    {%- for column in columns -%}
    {{ relation }}.{{ column }}{{ ',\n    ' if not loop.last }}
    {%- else -%}
    {{ relation }}.*
    {%- endfor -%}
{%- endmacro %}

{#- The same, where the columns in `later` are empty unless `has_later`: a seal of an earlier version lacks them. -#}
{% macro prefixed_as_sealed(relation, columns, later, has_later) -%}
    {%- for column in columns -%}
    {%- if column in later -%}
    case when {{ has_later }} then {{ relation }}.{{ column }} end as {{ column }}
    {%- else -%}
    {{ relation }}.{{ column }}
    {%- endif -%}
    {{ ',\n    ' if not loop.last }}
    {%- else -%}
    {{ relation }}.*
    {%- endfor -%}
{%- endmacro %}

{#- Two relations have the same values in some columns. -#}
{% macro same_columns(left, right, columns) -%}
    {%- for column in columns -%}
    {{ left }}.{{ column }} = {{ right }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- The month of each row that one of two relations has and the other lacks. -#}
{% macro months_that_differ(left, right, month) -%}
    {%- for this, other in [(left, right), (right, left)] -%}
    select {{ month }} as month
    from (
        select * from {{ this }}
        except
        select * from {{ other }}
    ) as in_{{ this }}
    {{ 'union all\n' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- The names of a mart's columns, in the order of its contract. -#}
{% macro contract_columns(mart) -%}
    {%- set nodes = graph.get('nodes', {}) if execute else {} -%}
    {{ return(nodes.get('model.' ~ warehouse_package() ~ '.' ~ mart, {}).get('columns', {}) | list) }}
{%- endmacro %}

{#- Why a sealed month would come out differently today. -#}
{% macro seal_difference_reason(counted) -%}
    case
        when {{ counted }}.changed_lines > 0 then 'source'
        when {{ counted }}.changed_rows > 0 then 'rules'
    end
{%- endmacro %}

{#- What a seal keeps of each mart, by name: the model that makes it anew, and
    - `is_later`: a seal of an earlier version lacks it, and does not differ by it;
    - `later_columns`: nor by these; a seal in which all of them are empty is older than they are;
    - `kept_by`: the month whose seal keeps a row, its own where nothing is said;
    - `keys`: what a seal must have of a row for it to be compared, beside that month;
    - `is_segmented`: has kinds of segments. -#}
{% macro sealed_marts() -%}
    {%- set arr = [] -%}
    {%- for step in ['opening', 'new', 'expansion', 'contraction', 'churn', 'reactivation', 'fx', 'merge', 'prior_period',
        'rounding', 'segment_transfer', 'closing'] -%}
        {%- do arr.append(step ~ '_arr') -%}
    {%- endfor -%}
    {%- set intervals = [
        'interval_note', 'nrr_low', 'nrr_high', 'grr_low', 'grr_high', 'logo_retention_low', 'logo_retention_high',
        'is_beyond_chance',
    ] -%}
    {{ return({
        'fct_mrr': {'model': 'int_unsealed_mrr'},
        'fct_mrr_movements': {'model': 'int_unsealed_movements'},
        'fct_mrr_drivers': {'model': 'int_unsealed_drivers'},
        'kpi_mrr_bridge': {'model': 'int_unsealed_bridge', 'is_segmented': true, 'later_columns': arr},
        'kpi_nrr': {'model': 'int_unsealed_nrr', 'is_segmented': true, 'later_columns': intervals},
        'kpi_nrr_periods': {
            'model': 'int_unsealed_nrr_periods', 'is_segmented': true, 'is_later': true, 'kept_by': 'last_month',
            'keys': ['period_type', 'period'], 'later_columns': intervals,
        },
        'kpi_nrr_products': {'model': 'int_unsealed_nrr_products', 'is_later': true},
        'fct_account_retention': {'model': 'int_unsealed_account_retention', 'is_later': true},
        'kpi_cohort_retention': {'model': 'int_unsealed_cohorts', 'is_segmented': true, 'is_later': true},
        'kpi_unit_economics': {'model': 'int_unsealed_unit_economics', 'is_segmented': true, 'is_later': true},
        'kpi_upsell': {'model': 'int_unsealed_upsell', 'is_segmented': true, 'is_later': true, 'later_columns': [
            'proposal_win_rate_low', 'proposal_win_rate_high', 'close_month_win_rate_low', 'close_month_win_rate_high',
        ]},
        'kpi_renewals': {
            'model': 'int_unsealed_renewals', 'is_segmented': true, 'is_later': true, 'kept_by': 'reading_month',
        },
    }) }}
{%- endmacro %}

{#- Kinds of segment that a month of the as-reported bridge lacks, although the company has MRR in it: the settings of
    its seal, or today's, do not name them. -#}
{% macro kinds_lacking(bridge) -%}
    select
        months.month,
        kinds.segment_type
    from (
        select company.month from {{ bridge }} as company
        where company.basis = 'as_reported' and company.segment_type = 'all'
            and (company.opening_mrr <> 0 or company.closing_mrr <> 0)
    ) as months
    cross join (select distinct named.segment_type from {{ bridge }} as named) as kinds
    left join (
        select distinct
            reported.month,
            reported.segment_type
        from {{ bridge }} as reported
        where reported.basis = 'as_reported'
    ) as held
        on months.month = held.month and kinds.segment_type = held.segment_type
    where held.month is null
{%- endmacro %}

{#- The same of sealed months and of those that follow one: such a kind cannot roll forward across them. -#}
{% macro kinds_lacking_beside_seals() -%}
    select
        lacking.month,
        lacking.segment_type
    from (
        {{ kinds_lacking(ref('kpi_mrr_bridge')) }}
    ) as lacking
    inner join (
        select sealed.month from {{ ref('fct_sealed_months') }} as sealed
        union distinct
        select {{ add_months('sealed.month', 1) }} as month from {{ ref('fct_sealed_months') }} as sealed
    ) as beside
        on lacking.month = beside.month
{%- endmacro %}
