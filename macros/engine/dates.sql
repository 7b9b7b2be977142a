{#- First day of the month of a date. -#}
{% macro month_start(day) -%}
    cast({{ dbt.date_trunc('month', day) }} as date)
{%- endmacro %}

{#- Last day of the month of a date. -#}
{% macro month_end(day) -%}
    last_day({{ day }})
{%- endmacro %}

{#- A date moved by whole months. -#}
{% macro add_months(day, months) -%}
    {{ return(adapter.dispatch('add_months')(day, months)) }}
{%- endmacro %}

{% macro duckdb__add_months(day, months) -%}
    cast({{ day }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_months(day, months) -%}
    add_months({{ day }}, cast({{ months }} as int))
{%- endmacro %}

{#- A date moved by days. -#}
{% macro add_days(day, days) -%}
    {{ return(adapter.dispatch('add_days')(day, days)) }}
{%- endmacro %}

{% macro duckdb__add_days(day, days) -%}
    cast({{ day }} + cast({{ days }} as integer) as date)
{%- endmacro %}

{% macro spark__add_days(day, days) -%}
    date_add({{ day }}, cast({{ days }} as int))
{%- endmacro %}

{#- Days from one date to a later one. -#}
{% macro days_between(first_day, last_day) -%}
    {{ return(adapter.dispatch('days_between')(first_day, last_day)) }}
{%- endmacro %}

{% macro duckdb__days_between(first_day, last_day) -%}
    cast({{ last_day }} - {{ first_day }} as integer)
{%- endmacro %}

{% macro spark__days_between(first_day, last_day) -%}
    datediff({{ last_day }}, {{ first_day }})
{%- endmacro %}

{#- Days from Monday to Friday from one date to another, both included; holidays are not known. 1900 began on a Monday,
    so five of every seven days since are counted, and of the week that has begun at most five. -#}
{% macro business_days(first_day, last_day) -%}
    ({{ business_days_since_1900(last_day) }} - {{ business_days_since_1900(add_days(first_day, -1)) }})
{%- endmacro %}

{% macro business_days_since_1900(day) -%}
    {%- set days = days_between("cast('1900-01-01' as date)", day) -%}
    (5 * {{ integer_quotient(days, '7') }} + least({{ days }} % 7, 4) + 1)
{%- endmacro %}

{#- Number of month boundaries from one date to a later one. -#}
{% macro months_between(first_day, last_day) -%}
    (
        (year({{ last_day }}) - year({{ first_day }})) * 12
        + month({{ last_day }}) - month({{ first_day }})
    )
{%- endmacro %}

{#- The business date of a UTC timestamp, in `business_timezone`. -#}
{% macro business_date(moment) -%}
    {{ return(adapter.dispatch('business_date')(moment)) }}
{%- endmacro %}

{#- Looking up the clocks of every moment costs more than reading it, so where they never move this adds. -#}
{% macro duckdb__business_date(moment) -%}
    {%- set minutes = fixed_utc_offset(setting('business_timezone')) | trim -%}
    {%- if minutes -%}
    cast({{ moment }} + interval '{{ minutes }}' minute as date)
    {%- else -%}
    cast(timezone('{{ setting("business_timezone") }}', timezone('UTC', {{ moment }})) as date)
    {%- endif -%}
{%- endmacro %}

{#- Minutes ahead of UTC of a time zone whose clocks have not moved since 1970. -#}
{% macro fixed_utc_offset(zone) -%}
    {%- set found = namespace(first=none, moved=false) -%}
    {%- for quarter in range(4 * 68) if not found.moved -%}
        {%- set first_day = modules.datetime.datetime(1970 + quarter // 4, 1 + 3 * (quarter % 4), 1) -%}
        {%- set moment = modules.pytz.utc.localize(first_day) -%}
        {%- set offset = moment.astimezone(modules.pytz.timezone(zone)).utcoffset() -%}
        {%- set found.moved = found.first is not none and offset != found.first -%}
        {%- set found.first = offset -%}
    {%- endfor -%}
    {{- '' if found.moved else (found.first.total_seconds() // 60) | int -}}
{%- endmacro %}

{% macro spark__business_date(moment) -%}
    cast(convert_timezone('UTC', '{{ setting("business_timezone") }}', {{ moment }}) as date)
{%- endmacro %}

{#- Rows (column `month`) for the first day of every month between two dates, both included. -#}
{% macro month_series(first_month, last_month) -%}
    {{ return(adapter.dispatch('month_series')(first_month, last_month)) }}
{%- endmacro %}

{% macro duckdb__month_series(first_month, last_month) -%}
    select cast(unnest(generate_series({{ first_month }}, {{ last_month }}, interval 1 month)) as date) as month
{%- endmacro %}

{% macro spark__month_series(first_month, last_month) -%}
    select explode(sequence({{ first_month }}, {{ last_month }}, interval 1 month)) as month
{%- endmacro %}

{#- Rows (column `date_day`) for every day between two dates, both included. -#}
{% macro day_series(first_day, last_day) -%}
    {{ return(adapter.dispatch('day_series')(first_day, last_day)) }}
{%- endmacro %}

{% macro duckdb__day_series(first_day, last_day) -%}
    select cast(unnest(generate_series({{ first_day }}, {{ last_day }}, interval 1 day)) as date) as date_day
{%- endmacro %}

{% macro spark__day_series(first_day, last_day) -%}
    select explode(sequence({{ first_day }}, {{ last_day }}, interval 1 day)) as date_day
{%- endmacro %}

{#- Text `YYYY-MM` of a date. -#}
{% macro month_name(day) -%}
    {{ return(adapter.dispatch('month_name')(day)) }}
{%- endmacro %}

{% macro duckdb__month_name(day) -%}
    strftime({{ day }}, '%Y-%m')
{%- endmacro %}

{% macro spark__month_name(day) -%}
    date_format({{ day }}, 'yyyy-MM')
{%- endmacro %}

{#- Fiscal year of a date, named by the calendar year in which it starts. -#}
{% macro fiscal_year(day) -%}
    year({{ add_months(day, '-' ~ (setting('fiscal_year_start_month') | int - 1)) }})
{%- endmacro %}

{#- First day of the fiscal year that a date lies in. -#}
{% macro fiscal_year_start(day) -%}
    {{ add_months(month_start(day), '-((month(' ~ day ~ ') - ' ~ (setting('fiscal_year_start_month') | int) ~ ' + 12) % 12)') }}
{%- endmacro %}
