{#- Whether a text is the identity of an alert: account, kind and first day. An account's own id may hold the sign too. -#}
{% macro is_alert_id(text) -%}
    {{ text }} like '%_|%_|____-__-__'
{%- endmacro %}

{#- Whether a text is the identity of an offer: class, product and, where there is one, plan. -#}
{% macro is_offer_id(text) -%}
    {{ text }} like '%_|%_|%'
{%- endmacro %}

{#- A part of such a text, the last one being -1; NULL where the text is none. -#}
{% macro id_part(text, is_id, place) -%}
    case when {{ is_id }} then split_part({{ text }}, '|', {{ place }}) end
{%- endmacro %}

{#- Who decides, by every name that a survey may give: the id that the contacts have, or the user's. -#}
{% macro names_of_deciders(contacts) -%}
    {% for name in ['contact_id', 'user_id'] -%}
    select
        account_id,
        month,
        {{ name }} as respondent_id
    from {{ contacts }}
    where role = 'decision_maker' and not has_left
    {{ 'union' if not loop.last }}
    {% endfor %}
{%- endmacro %}
