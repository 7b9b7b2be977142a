{#- How long a customer stays, in months. -#}
{% macro customer_life_months(opening_accounts, churned_accounts) -%}
    {%- set cap = setting('ltv_cap_months') | int -%}
    {%- set life = ratio(opening_accounts, churned_accounts) -%}
    {%- if cap > 0 -%}
    case
        when {{ churned_accounts }} = 0 and {{ opening_accounts }} > 0 then cast({{ cap }} as double)
        when {{ churned_accounts }} > 0 then least({{ life }}, cast({{ cap }} as double))
    end
    {%- else -%}
    {{ life }}
    {%- endif -%}
{%- endmacro %}

{#- The cap is what stands for the life of a customer, not the churn that was seen. -#}
{% macro is_life_capped(opening_accounts, churned_accounts) -%}
    {%- set cap = setting('ltv_cap_months') | int -%}
    {%- if cap > 0 -%}
    coalesce({{ opening_accounts }} > 0 and {{ opening_accounts }} > {{ cap }} * {{ churned_accounts }}, false)
    {%- else -%}
    false
    {%- endif -%}
{%- endmacro %}

{#- A product of ratios as money, half a cent away from zero. Engines cast a double to a decimal each in its own way;
    the whole number below is the same everywhere. -#}
{% macro money_from_ratio(amount, data_type='decimal(19, 3)') -%}
    cast(cast(floor(({{ amount }}) * 100 + 0.5) as decimal(30, 0)) * cast(0.01 as decimal(3, 2)) as {{ data_type }})
{%- endmacro %}

{#- First day of the fiscal quarter of a month. -#}
{% macro fiscal_quarter_start(month) -%}
    {{ add_months(month, '-((month(' ~ month ~ ') - ' ~ (setting('fiscal_year_start_month') | int) ~ ' + 12) % 3)') }}
{%- endmacro %}

{#- Name of the fiscal quarter of a month, such as `FY2025 Q1`. -#}
{% macro fiscal_quarter_label(month) -%}
    'FY' || cast({{ fiscal_year(month) }} as {{ dbt.type_string() }}) || ' Q' || cast(
        cast(floor(
            (month({{ month }}) - {{ setting('fiscal_year_start_month') | int }} + 12) % 12 / 3
        ) as integer) + 1 as {{ dbt.type_string() }}
    )
{%- endmacro %}
