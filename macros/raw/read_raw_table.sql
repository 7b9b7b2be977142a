{#- The select that reads one raw table strictly. -#}
{% macro read_raw_table(table, reader, folder) %}
    {%- set present = raw_columns(table, reader) -%}
    {%- for column in table.columns.values() if column.meta.get('required') and column.name not in present -%}
        {{ exceptions.raise_compiler_error(
            "required column '" ~ column.name ~ "' is missing from table '" ~ table.name ~ "' in '" ~ raw_folder() ~ "'"
        ) }}
    {%- endfor -%}
    {%- set columns = table.columns.values() | list -%}
    {%- set is_streamed = table.meta.get('streamed', false) -%}
    {%- set weighed = columns | selectattr('meta.weight', 'defined') | list -%}
    {%- set references = references_of(table, present) -%}
    with

    source as (

        select * from {{ reader }}

    ),

    cleaned as (

        select
            {% for column in columns -%}
            {% if column.name not in present %}cast(null as {{ column.data_type }})
            {%- elif raw_is_typed(column.data_type, present[column.name][1], is_streamed) %}{{ raw_quote(present[column.name][0]) }}
            {%- else %}{{ clean_text(raw_quote(present[column.name][0])) }}
            {%- endif %} as {{ column.name }},
            {% endfor -%}
            cast(to_json(struct_pack(
                {%- for name, actual in present.items() %}{{ raw_quote(name) }} := cast({{ raw_quote(actual[0]) }} as varchar){% if not loop.last %}, {% endif %}{% endfor -%}
            )) as varchar) as _row_json,
            substr(_source_path, {{ folder | length + 1 }}) as _source_file
        from source

    ),

    typed as (

        select
            {% for column in columns -%}
            {% if column.name not in present %}{{ column.name }}
            {%- elif raw_is_typed(column.data_type, present[column.name][1], is_streamed) %}{{ cast_typed(column.name, column.data_type, present[column.name][1]) }}
            {%- else %}{{ cast_text(column, 'currency' in table.columns) }}
            {%- endif %} as {{ column.name }},
            {% endfor -%}
            {% for column in columns if column.name in present -%}
            {{ column.name }} as _given_{{ column.name }},
            {% endfor -%}
            {% for column in weighed if column.name in present -%}
            {{ digits_lost(column, present[column.name][1], 'currency' in table.columns) }} as _lost_{{ column.name }},
            {% endfor -%}
            _row_json,
            _source_file
        from cleaned

    ),

    parsed as (

        select
            typed.*{% if references %} replace (
                {%- for name in references %}{{ matched_id('typed', name) }} as {{ name }}{{ ', ' if not loop.last }}{% endfor -%}
            ){% endif %},
            {% if references -%}
            {{ matched_ids('typed', references) }} as _matched_ids,
            case
                {%- for name in references %}
                when {{ is_ambiguous_id('typed', name) }} then '{{ name }}'
                {%- endfor %}
            end as _ambiguous_column
            {%- else -%}
            cast(null as varchar) as _matched_ids,
            cast(null as varchar) as _ambiguous_column
            {%- endif %}
        from typed
        {% for name, raw_table in references.items() -%}
        {{ join_ids('raw.reference_ids', raw_table, 'typed', name) }}
        {% endfor %}
    ),

    {% if copy_key(table) %}{{ complete_copies(table, present) }}{% endif %}

    judged as (

        select
            *,
            case
                {% for column in columns if column.name in present -%}
                {% if column.meta.get('required') and not column.meta.get('judged_last') -%}
                when {{ column.name }} is null and _given_{{ column.name }} is null then '{{ missing_reason(column.name) }}:{{ column.name }}'
                {% endif -%}
                {% if column.data_type.startswith('decimal') or column.data_type == 'integer' -%}
                when {{ is_too_large(column, present[column.name][1], 'currency' in table.columns) }} then '{{ size_reason(column.name) }}:{{ column.name }}'
                {% endif -%}
                when {{ column.name }} is null and _given_{{ column.name }} is not null then '{{ cast_reason(column.data_type) }}:{{ column.name }}'
                {% if column.meta.get('values') -%}
                when {{ column.name }} not in ('{{ column.meta["values"] | join("', '") }}') then 'bad_value:{{ column.name }}'
                {% endif -%}
                {% endfor -%}
                when _ambiguous_column is not null then 'ambiguous_id:' || _ambiguous_column
                {% for column in columns if column.name in present and column.meta.get('judged_last') -%}
                when {{ column.name }} is null and _given_{{ column.name }} is null and not {{ is_priced_otherwise() }} then '{{ missing_reason(column.name) }}:{{ column.name }}'
                {% endfor -%}
            end as verdict
        from {{ 'completed' if copy_key(table) else 'parsed' }}

    )

    select
        {% for column in columns -%}
        {{ column.name }},
        {% endfor -%}
        split_part(verdict, ':', 1) as _reject_reason,
        split_part(verdict, ':', 2) as _reject_column,
        {% if weighed -%}
        {{ rounding_columns(weighed, present) }},
        {% endif -%}
        {% if copy_key(table) %}_unsettled_columns,{% endif %}
        _matched_ids,
        md5(cast(to_json(struct_pack(
            {%- for column in columns %}{{ column.name }} := {{ column.name }}{% if not loop.last %}, {% endif %}{% endfor -%}
        )) as varchar)) as _row_hash,
        _row_json,
        _source_file
    from judged
{% endmacro %}

{#- A typed table without rows, for an optional table that the raw folder does not hold. -#}
{% macro empty_raw_table(table) %}
    select
        {% for column in table.columns.values() -%}
        cast(null as {{ column.data_type }}) as {{ column.name }},
        {% endfor -%}
        cast(null as varchar) as _reject_reason,
        cast(null as varchar) as _reject_column,
        {% if table.columns.values() | selectattr('meta.weight', 'defined') | list -%}
        cast(null as varchar) as _rounded_columns,
        cast(null as double) as _rounded_by,
        {% endif -%}
        {% if copy_key(table) %}cast(null as varchar) as _unsettled_columns,{% endif %}
        cast(null as varchar) as _matched_ids,
        cast(null as varchar) as _row_hash,
        cast(null as varchar) as _row_json,
        cast(null as varchar) as _source_file
    where false
{% endmacro %}

{% macro raw_quote(name) -%}
    "{{ name | replace('"', '""') }}"
{%- endmacro %}

{#- NFKC and trimming; plain ASCII without white space at its ends, which is nearly everything, skips both: they
    would be most of the work of reading events. -#}
{% macro clean_text(column) -%}
    {%- set text = 'cast(' ~ column ~ ' as varchar)' -%}
    case
        when strlen({{ text }}) = length({{ text }}) and ascii({{ text }}) > 32 and ascii(right({{ text }}, 1)) > 32
            then {{ text }}
        else nullif(trim(
            case when strlen({{ text }}) = length({{ text }}) then {{ text }} else nfkc({{ text }}) end,
            ' ' || chr(9) || chr(10) || chr(13)
        ), '')
    end
{%- endmacro %}

{#- True where a file already holds a value of the right kind, so that no text is needed. A binary float means the
    shortest text that gives it: 0.1 is no 0.1000000000000000055. Where a stream is read that costs too much. -#}
{% macro raw_is_typed(wanted, actual, is_streamed=false) -%}
    {%- set actual = actual | lower -%}
    {%- set floating = is_streamed and actual in ('float', 'double') -%}
    {%- set number = floating or actual.startswith('decimal') or actual in ('tinyint', 'smallint', 'integer', 'bigint', 'hugeint', 'utinyint', 'usmallint', 'uinteger', 'ubigint') -%}
    {{ return(
        (wanted == 'date' and actual == 'date')
        or (wanted == 'timestamp' and actual.startswith('timestamp'))
        or (wanted == 'boolean' and actual == 'boolean')
        or (wanted.startswith('decimal') and number)
        or (wanted == 'integer' and actual in ('tinyint', 'smallint', 'integer'))
    ) }}
{%- endmacro %}

{% macro cast_typed(name, wanted, actual) -%}
    {%- if 'time zone' in (actual | lower) -%}
    timezone('UTC', {{ within_the_calendar(name) }})
    {%- elif wanted == 'timestamp' -%}
    {{ moment_of_source('(' ~ within_the_calendar('try_cast(' ~ name ~ ' as timestamp)') ~ ')') }}
    {%- elif wanted == 'date' -%}
    {{ within_the_calendar(name) }}
    {%- else -%}
    try_cast({{ name }} as {{ wanted }})
    {%- endif -%}
{%- endmacro %}

{#- A day or moment of the years 1 to 9999: engines know others, and fail at the far end of theirs. -#}
{% macro within_the_calendar(day) -%}
    case when year({{ day }}) between 1 and 9999 then {{ day }} end
{%- endmacro %}

{#- A cleaned text as a value of the column's type, NULL where it does not fit. -#}
{% macro cast_text(column, has_currency) -%}
    {%- set name = column.name -%}
    {%- if column.data_type == 'date' -%}
    {{ text_to_date(name) }}
    {%- elif column.data_type == 'timestamp' -%}
    {{ text_to_moment(name) }}
    {%- elif column.data_type == 'boolean' -%}
    try_cast({{ name }} as boolean)
    {%- elif column.data_type == 'integer' -%}
    case
        when regexp_full_match({{ name }}, '[+-]?[0-9]+([.]0+)?') then try_cast({{ name }} as integer)
        when regexp_full_match({{ spelled_number(column, name) }}, '-?[0-9]+')
            then try_cast({{ spelled_number(column, name) }} as integer)
    end
    {%- elif column.data_type.startswith('decimal') -%}
    {{ text_to_decimal(column, name, column.data_type, has_currency) }}
    {%- elif name in ('currency', 'into_currency') -%}
    upper({{ name }})
    {%- elif column.meta.get('values') -%}
    lower({{ name }})
    {%- else -%}
    {{ name }}
    {%- endif -%}
{%- endmacro %}

{#- A plain date stays as written, also with a midnight that some exports append. A moment becomes its business date.
    Words that an engine takes for days (infinity, epoch) are none. -#}
{% macro text_to_date(name) -%}
    coalesce(
        case
            when {{ is_no_day(name) }} then null
            when {{ is_plain_date(name) }}
                then try_cast(replace(regexp_extract({{ name }}, '^{{ plain_date() }}'), '/', '-') as date)
            when {{ has_offset(name) }}
                then cast(timezone('{{ setting("business_timezone") }}', try_cast({{ on_earth(name) }} as timestamptz)) as date)
            when {{ is_misread(name) }} then null
            else {{ business_date('(' ~ moment_of_source('try_cast(' ~ name ~ ' as timestamp)') ~ ')') }}
        end,
        case
            when {{ name }} is not null
                then coalesce(
                    try_cast(plain_day({{ name }}) as date),
                    {{ business_date('(' ~ spelled_moment(name) ~ ')') }}
                )
        end
    )
{%- endmacro %}

{#- A moment as UTC. -#}
{% macro text_to_moment(name) -%}
    coalesce(
        case
            when {{ is_no_day(name) }} then null
            when {{ is_plain_date(name) }}
                then {{ moment_of_source(
                    "try_cast(replace(regexp_extract(" ~ name ~ ", '^" ~ plain_date() ~ "'), '/', '-') as timestamp)"
                ) }}
            when {{ has_offset(name) }} then timezone('UTC', try_cast({{ on_earth(name) }} as timestamptz))
            when {{ is_misread(name) }} then null
            else {{ moment_of_source('try_cast(' ~ name ~ ' as timestamp)') }}
        end,
        case when {{ name }} is not null then {{ spelled_moment(name) }} end
    )
{%- endmacro %}

{#- A moment that is written in none of the plain ways, as UTC. -#}
{% macro spelled_moment(name) -%}
    case
        when right(plain_moment({{ name }}), 1) = 'Z' then try_cast(rtrim(plain_moment({{ name }}), 'Z') as timestamp)
        else {{ moment_of_source('try_cast(plain_moment(' ~ name ~ ') as timestamp)') }}
    end
{%- endmacro %}

{#- A moment without an offset as UTC: by the clocks of the source, but a midnight is a date and begins with the
    business day. -#}
{% macro moment_of_source(name) -%}
    {%- set source, business = setting('source_timezone'), setting('business_timezone') -%}
    {%- if source == business -%}
    {{ clock_to_utc(name, source) }}
    {%- else -%}
    case
        when epoch_us({{ name }}) % 86400000000 = 0 then {{ clock_to_utc(name, business) }}
        else {{ clock_to_utc(name, source) }}
    end
    {%- endif -%}
{%- endmacro %}

{#- Looking up the clocks of every moment costs more than reading it, so where they never move this subtracts. -#}
{% macro clock_to_utc(name, zone) -%}
    {%- set minutes = fixed_utc_offset(zone) | trim -%}
    {%- if minutes == '0' -%}
    {{ name }}
    {%- elif minutes -%}
    {{ name }} - interval '{{ minutes }}' minute
    {%- else -%}
    timezone('UTC', timezone('{{ zone }}', {{ name }}))
    {%- endif -%}
{%- endmacro %}

{% macro is_no_day(name) -%}
    (ascii({{ name }}) not between 48 and 57 or ascii(substr({{ name }}, 5, 1)) between 48 and 57)
{%- endmacro %}

{#- An engine skips PM and any other word behind a time of day, and takes 25/4/1 for a day of the year 25. -#}
{% macro is_misread(name) -%}
    (
        ascii(right({{ name }}, 1)) > 57
        or ascii(substr({{ name }}, 2, 1)) not between 48 and 57
        or ascii(substr({{ name }}, 3, 1)) not between 48 and 57
    )
{%- endmacro %}

{#- A date without a time, or with a midnight. The pattern is slow, so what has no midnight is told apart before. -#}
{% macro is_plain_date(name) -%}
    (strlen({{ name }}) < 11 or contains({{ name }}, '0:00') or contains({{ name }}, '12:00'))
    and regexp_full_match({{ name }}, '{{ plain_date() }}([T ]+{{ midnight() }})?')
{%- endmacro %}

{% macro plain_date() -%}
    [0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}
{%- endmacro %}

{% macro midnight() -%}
    (0?0:00(:00([.,]0+)?)?|12:00(:00)? ?[aA][mM])
{%- endmacro %}

{#- No clock is more than fourteen hours ahead or behind; an engine would move the day by as many as are written. -#}
{% macro on_earth(name) -%}
    case
        when right({{ name }}, 1) in ('Z', 'z') or not regexp_matches({{ name }}, '[+-](1[5-9]|[2-9][0-9])(:?[0-9]{2})?$')
            then {{ name }}
    end
{%- endmacro %}

{#- A time of day followed by an offset or by the name of a zone. -#}
{% macro has_offset(name) -%}
    regexp_matches({{ name }}, ':[0-9]{2}([.,][0-9]+)? *([zZ]|[+-][0-9]|[A-Za-z]{3})')
{%- endmacro %}

{#- Digits with well-formed thousands separators, or any other unambiguous spelling. -#}
{% macro text_to_decimal(column, name, data_type, has_currency) -%}
    case
        when regexp_full_match({{ name }}, '{{ plain_digits() }}') then try_cast(replace({{ name }}, ',', '') as {{ data_type }})
        else try_cast({{ spelled_number(column, name, has_currency) }} as {{ data_type }})
    end
{%- endmacro %}

{% macro plain_digits() -%}
    [+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]+)?([eE][+-]?[0-9]+)?
{%- endmacro %}

{#- Text of a number that is not written in plain digits; a currency mark has to agree with the row's currency and
    counts nothing, and only a share is written in percent. -#}
{% macro spelled_number(column, name, has_currency=false) -%}
    case
        when {{ name }} is not null
            then {% if column.meta.get('is_share') %}plain_ratio({{ name }})
            {%- elif has_currency and not column.meta.get('is_count') %}plain_amount({{ name }}, currency)
            {%- else %}plain_number({{ name }})
            {%- endif %}
    end
{%- endmacro %}

{#- How much the type of a column cut off a value, in units of the column; 20 places are looked at. -#}
{% macro digits_lost(column, actual, has_currency) -%}
    {%- set wide = 'decimal(38, 20)' -%}
    {%- if raw_is_typed(column.data_type, actual) -%}
    {%- set value = 'try_cast(' ~ column.name ~ ' as ' ~ wide ~ ')' -%}
    {%- set kept = cast_typed(column.name, column.data_type, actual) -%}
    {%- else -%}
    {%- set value = text_to_decimal(column, column.name, wide, has_currency) -%}
    {%- set kept = text_to_decimal(column, column.name, column.data_type, has_currency) -%}
    {%- endif -%}
    abs({{ value }} - cast({{ kept }} as {{ wide }}))
{%- endmacro %}

{#- Two SQL columns: the columns of a row that lost digits, and by how much that moves its amount, in units of its
    currency. `meta.weight` of a column says what one unit of it is worth in the amount. -#}
{% macro rounding_columns(weighed, present) -%}
    {%- set found = weighed | selectattr('name', 'in', present.keys() | list) | list -%}
    {%- if found -%}
    nullif(concat_ws(', '
        {%- for column in found %}, case when _lost_{{ column.name }} > 0 then '{{ column.name }}' end{% endfor -%}
    ), '') as _rounded_columns,
    nullif(
        {%- for column in found %}
        coalesce(cast(_lost_{{ column.name }} as double), 0) * abs(coalesce(cast({{ column.meta.weight }} as double), 0))
        {{- ' +' if not loop.last }}
        {%- endfor %}, 0
    ) as _rounded_by
    {%- else -%}
    cast(null as varchar) as _rounded_columns,
    cast(null as double) as _rounded_by
    {%- endif -%}
{%- endmacro %}

{#- A number that can be read and that the column has no room for. -#}
{% macro is_too_large(column, actual, has_currency) -%}
    {%- set given = '_given_' ~ column.name -%}
    {{ column.name }} is null and {% if raw_is_typed(column.data_type, actual, true) -%}
    isfinite(cast({{ given }} as double))
    {%- elif actual | lower in ('bigint', 'hugeint', 'uinteger', 'ubigint') -%}
    {{ given }} is not null
    {%- else -%}
    {%- if column.data_type == 'integer' -%}
    (
        regexp_full_match({{ given }}, '[+-]?[0-9]+([.]0+)?')
        or regexp_full_match({{ spelled_number(column, given) }}, '-?[0-9]+')
    )
    {%- else -%}
    {{ text_to_decimal(column, given, 'double', has_currency) }} is not null
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{% macro missing_reason(column) -%}
    {%- if column == 'account_id' -%}null_customer
    {%- elif column in ('unit_price', 'amount') -%}null_amount
    {%- else -%}null_{{ column }}
    {%- endif -%}
{%- endmacro %}

{% macro size_reason(column) -%}
    {%- if column in ('unit_price', 'amount') -%}amount_out_of_range
    {%- else -%}number_out_of_range
    {%- endif -%}
{%- endmacro %}

{% macro cast_reason(data_type) -%}
    {%- if data_type == 'date' -%}bad_date
    {%- elif data_type == 'timestamp' -%}bad_timestamp
    {%- elif data_type == 'boolean' -%}bad_boolean
    {%- else -%}bad_number
    {%- endif -%}
{%- endmacro %}
