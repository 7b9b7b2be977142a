{#- Whole anniversary months from a date to a later one (an anniversary that a month lacks is its last day). -#}
{% macro whole_months(first_day, last_day) -%}
    (
        {{ months_between(first_day, last_day) }}
        - case when {{ add_months(first_day, months_between(first_day, last_day)) }} > {{ last_day }} then 1 else 0 end
    )
{%- endmacro %}

{#- First uncovered day of an open-ended line under notice. -#}
{% macro notice_ends_before() -%}
    {%- set notice = 'cancel_notice_on' -%}
    case
        when ends_on is not null or cancel_notice_on is null then null
        when cancel_notice_on < starts_on then starts_on
        when billing_unit in ('day', 'week') then
            {% set days = "(case billing_unit when 'week' then 7 else 1 end * billing_interval)" -%}
            {{ add_days(
                'starts_on', '(floor(' ~ days_between('starts_on', notice) ~ ' / ' ~ days ~ ') + 1) * ' ~ days
            ) }}
        else
            {{ add_months(
                'starts_on',
                '(floor(' ~ whole_months('starts_on', notice) ~ ' / period_months_numerator) + 1) * period_months_numerator'
            ) }}
    end
{%- endmacro %}
