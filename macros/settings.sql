{#- The name under which other projects install this one. -#}
{% macro warehouse_package() %}
    {{ return('expansion_warehouse') }}
{% endmacro %}

{#- One setting, by precedence: `--vars`, then the raw folder's `settings.yml`, then `dbt_project.yml`.
    Unit tests see only what they state and the project's defaults, never a company's file. -#}
{% macro setting(name) %}
    {%- set given = invocation_args_dict.get('vars') or {} -%}
    {%- if given is string -%}{%- set given = fromyaml(given) or {} -%}{%- endif -%}
    {%- if not execute or model.resource_type == 'unit_test' or name in given -%}
        {{ return(var(name)) }}
    {%- endif -%}
    {%- set company = company_settings() -%}
    {{ return(company[name] if name in company else var(name)) }}
{% endmacro %}

{#- The raw folder's `settings.yml` as a dictionary. -#}
{% macro company_settings() %}
    {{ return(fromyaml(raw_text_file('settings.yml')) or {}) }}
{% endmacro %}

{#- Last day of business time, as a date expression. Without one nothing can be built. -#}
{% macro as_of_date() %}
    {%- set day = setting('as_of_date') -%}
    {%- if not day and execute -%}
        {{ exceptions.raise_compiler_error(
            "no as_of_date: give --as-of or --vars, set it in settings.yml, or make a sample company with `warehouse sample`"
        ) }}
    {%- endif -%}
    cast('{{ day }}' as date)
{%- endmacro %}

{#- Last day of warehouse time: rows recorded later do not exist yet. Never later than as_of_date. -#}
{% macro known_until() %}
    {%- set day = setting('known_at') -%}
    {%- if day -%}
    least(cast('{{ day }}' as date), {{ as_of_date() }})
    {%- else -%}
    {{ as_of_date() }}
    {%- endif -%}
{%- endmacro %}
