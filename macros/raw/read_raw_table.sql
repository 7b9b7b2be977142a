{#- The select that reads one raw table strictly. -#}
{% macro read_raw_table(table, reader) %}
    {%- set present = {} -%}
    {%- for row in run_query("describe select * from " ~ reader).rows -%}
        {%- if row[0] != 'filename' -%}{%- do present.update({row[0] | trim | lower: [row[0], row[1]]}) -%}{%- endif -%}
    {%- endfor -%}
    {%- for column in table.columns.values() if column.meta.get('required') and column.name not in present -%}
        {{ exceptions.raise_compiler_error(
            "required column '" ~ column.name ~ "' is missing from table '" ~ table.name ~ "' in '" ~ raw_folder() ~ "'"
        ) }}
    {%- endfor -%}
    {%- set columns = table.columns.values() | list -%}
    with

    source as (

        select * from {{ reader }}

    ),

    cleaned as (

        select
            {% for column in columns -%}
            {% if column.name not in present %}cast(null as {{ column.data_type }})
            {%- elif raw_is_typed(column.data_type, present[column.name][1]) %}{{ raw_quote(present[column.name][0]) }}
            {%- else %}{{ clean_text(raw_quote(present[column.name][0])) }}
            {%- endif %} as {{ column.name }},
            {% endfor -%}
            cast(to_json(struct_pack(
                {%- for name, actual in present.items() %}{{ raw_quote(name) }} := cast({{ raw_quote(actual[0]) }} as varchar){% if not loop.last %}, {% endif %}{% endfor -%}
            )) as varchar) as _row_json,
            replace(filename, '{{ raw_folder() }}/', '') as _source_file
        from source

    ),

    parsed as (

        select
            {% for column in columns -%}
            {% if column.name not in present %}{{ column.name }}
            {%- elif raw_is_typed(column.data_type, present[column.name][1]) %}{{ cast_typed(column.name, column.data_type, present[column.name][1]) }}
            {%- else %}{{ cast_text(column, 'currency' in table.columns) }}
            {%- endif %} as {{ column.name }},
            {% endfor -%}
            {% for column in columns if column.name in present -%}
            {{ column.name }} as _given_{{ column.name }},
            {% endfor -%}
            _row_json,
            _source_file
        from cleaned

    ),

    judged as (

        select
            *,
            case
                {% for column in columns if column.name in present -%}
                {% if column.meta.get('required') -%}
                when _given_{{ column.name }} is null then '{{ missing_reason(column.name) }}:{{ column.name }}'
                {% endif -%}
                when {{ column.name }} is null and _given_{{ column.name }} is not null then '{{ cast_reason(column.data_type) }}:{{ column.name }}'
                {% if column.meta.get('values') -%}
                when {{ column.name }} not in ('{{ column.meta["values"] | join("', '") }}') then 'bad_value:{{ column.name }}'
                {% endif -%}
                {% endfor -%}
            end as verdict
        from parsed

    )

    select
        {% for column in columns -%}
        {{ column.name }},
        {% endfor -%}
        split_part(verdict, ':', 1) as _reject_reason,
        split_part(verdict, ':', 2) as _reject_column,
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

{#- True where a file already holds a value of the right kind, so that no text is needed. -#}
{% macro raw_is_typed(wanted, actual) -%}
    {%- set actual = actual | lower -%}
    {%- set number = actual.startswith('decimal') or actual in ('tinyint', 'smallint', 'integer', 'bigint', 'hugeint', 'float', 'double', 'utinyint', 'usmallint', 'uinteger', 'ubigint') -%}
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
    timezone('UTC', {{ name }})
    {%- else -%}
    try_cast({{ name }} as {{ wanted }})
    {%- endif -%}
{%- endmacro %}

{#- A cleaned text as a value of the column's type, NULL where it does not fit. -#}
{% macro cast_text(column, has_currency) -%}
    {%- set name = column.name -%}
    {%- if column.data_type == 'date' -%}
    {{ text_to_date(name) }}
    {%- elif column.data_type == 'timestamp' -%}
    timezone('UTC', try_cast({{ name }} as timestamptz))
    {%- elif column.data_type == 'boolean' -%}
    try_cast({{ name }} as boolean)
    {%- elif column.data_type == 'integer' -%}
    case when regexp_full_match({{ name }}, '[+-]?[0-9]+([.]0+)?') then try_cast({{ name }} as integer) end
    {%- elif column.data_type.startswith('decimal') -%}
    {{ text_to_decimal(name, column.data_type, has_currency) }}
    {%- elif name.endswith('_id') or name == 'currency' -%}
    upper({{ name }})
    {%- elif column.meta.get('values') -%}
    lower({{ name }})
    {%- else -%}
    {{ name }}
    {%- endif -%}
{%- endmacro %}

{#- A plain date stays as written, also with a midnight that some exports append. A moment (with an offset,
    or with a time of day, which is UTC then) becomes its business date. -#}
{% macro text_to_date(name) -%}
    case
        when regexp_full_match({{ name }}, '[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([T ]00:00(:00([.]0+)?)?)?')
            then try_cast(replace(left({{ name }}, 10), '/', '-') as date)
        else cast(timezone('{{ setting("business_timezone") }}', try_cast({{ name }} as timestamptz)) as date)
    end
{%- endmacro %}

{#- Digits with well-formed thousands separators, and a currency mark where it agrees with the row's currency. -#}
{% macro text_to_decimal(name, data_type, has_currency) -%}
    {%- set bare -%}
        {%- if has_currency -%}
        trim(case upper(currency)
            {%- for code, marks in currency_marks().items() %}
            when '{{ code }}' then regexp_replace(regexp_replace({{ name }}, '^(-?)({{ marks }})\s*', '\1', 'i'), '\s*({{ marks }})$', '', 'i')
            {%- endfor %}
            else {{ name }} end)
        {%- else -%}
        {{ name }}
        {%- endif -%}
    {%- endset -%}
    case
        when regexp_full_match({{ bare }}, '[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]+)?([eE][+-]?[0-9]+)?')
            then try_cast(replace({{ bare }}, ',', '') as {{ data_type }})
    end
{%- endmacro %}

{#- Marks (after NFKC) that may stand beside an amount of a currency. -#}
{% macro currency_marks() %}
    {{ return({
        'JPY': 'JPY|¥|円', 'CNY': 'CNY|¥|元', 'USD': 'USD|US[$]|[$]', 'EUR': 'EUR|€',
        'GBP': 'GBP|£', 'KRW': 'KRW|₩', 'INR': 'INR|₹',
    }) }}
{% endmacro %}

{% macro missing_reason(column) -%}
    {%- if column == 'account_id' -%}null_customer
    {%- elif column in ('unit_price', 'amount') -%}null_amount
    {%- else -%}null_{{ column }}
    {%- endif -%}
{%- endmacro %}

{% macro cast_reason(data_type) -%}
    {%- if data_type == 'date' -%}bad_date
    {%- elif data_type == 'timestamp' -%}bad_timestamp
    {%- elif data_type == 'boolean' -%}bad_boolean
    {%- else -%}bad_number
    {%- endif -%}
{%- endmacro %}
