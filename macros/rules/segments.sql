{#- The kinds of segment that every build has, beside `all`; they need no name in the setting `segments`. -#}
{% macro standard_segments() %}
    {{ return(['plan_tier', 'size_band', 'industry', 'country', 'acquisition_channel']) }}
{% endmacro %}

{#- What a kind of segment may be made of, beside the attributes of raw table `account_attributes`, by where it is read:
    a column of the account, the tier of its plans, or what most of its MRR is paid for. These names come first. -#}
{% macro segment_sources() %}
    {{ return({
        'account': [
            'size_band', 'industry', 'country', 'acquisition_channel', 'membership_tier', 'csm_owner', 'sales_owner',
        ],
        'tier': ['plan_tier'],
        'largest': ['product', 'plan', 'currency'],
    }) }}
{% endmacro %}

{#- The kinds of segment that the setting `segments` adds: [{name, parts}], each once, in the order of the setting. Two
    parts are written `one x other`; white space is as good as one blank. -#}
{% macro named_segments() %}
    {%- set found, seen = [], ['all'] + standard_segments() -%}
    {%- for stated in setting('segments') or [] -%}
        {%- set name = (stated | string).split() | join(' ') -%}
        {%- if name not in seen -%}
            {%- do seen.append(name) -%}
            {%- do found.append({'name': name, 'parts': name.split(' x ')}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

{#- The parts of all named segments, each once: those of one source, or with `attribute` those of none. -#}
{% macro named_parts(source_of_parts) %}
    {%- set sources = segment_sources() -%}
    {%- set known = sources.values() | sum(start=[]) -%}
    {%- set found = [] -%}
    {%- for segment in named_segments() -%}
        {%- for part in segment.parts if part not in found -%}
            {%- if part in sources.get(source_of_parts, []) or (source_of_parts == 'attribute' and part not in known) -%}
                {%- do found.append(part) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}

{#- One value of the values of a segment's parts. A `×` inside a value is doubled, so that the single one between them
    tells where one ends and the other begins. -#}
{% macro combined_segment(values) -%}
    {%- if values | length == 1 -%}
    {{ values[0] }}
    {%- else -%}
    {%- for value in values -%}
    replace({{ value }}, '×', '××'){{ " || ' × ' || " if not loop.last }}
    {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{#- A month belongs to the segment at its opening; whoever opens with nothing, to the one at its closing. Needs column mrr
    and window by_month. -#}
{% macro opening_segment(closing_segment) -%}
    case
            when lag(mrr) over by_month > 0 then lag({{ closing_segment }}) over by_month else {{ closing_segment }}
        end
{%- endmacro %}

{#- Values as SQL strings, separated by commas. -#}
{% macro sql_texts(values) %}
    {%- set texts = [] -%}
    {%- for value in values -%}{%- do texts.append(sql_text(value)) -%}{%- endfor -%}
    {{ return(texts | join(', ')) }}
{% endmacro %}
