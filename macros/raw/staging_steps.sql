{#- The quarantine reason of a staged row: what reading it found, else the first condition that holds. What was recorded
    in a far year would never be known, and be missing without a word.
    `checks` maps a reason to its SQL condition, in order of precedence. -#}
{% macro quarantine_reason(checks={}) -%}
    case
        when _reject_reason is not null then _reject_reason
        {%- for reason, condition in checks.items() %}
        when {{ condition }} then '{{ reason }}'
        {%- endfor %}
        when cast(recorded_at as date) > {{ add_months(as_of_date(), 360) }} then 'recorded_out_of_range'
    end
{%- endmacro %}

{#- An event cannot be recorded before it happens; a day is left for clocks and time zones. -#}
{% macro is_future_event(event_day) -%}
    {{ event_day }} > {{ add_days(business_date('recorded_at'), 1) }}
{%- endmacro %}

{#- Nothing was seen before the day from which computers count, nor will be in two hundred years. One such day would open
    years of months for everybody. -#}
{% macro is_day_out_of_range(day) -%}
    {{ day }} <= cast('1970-01-01' as date) or {{ day }} > cast('2200-01-01' as date)
{%- endmacro %}

{#- Nothing that is known begins in two hundred years; what has always been there may begin with the calendar. -#}
{% macro is_far_day(day) -%}
    {{ day }} > cast('2200-01-01' as date)
{%- endmacro %}

{#- A day on which something ends, is decided or is paid: NULL where it is no day that anybody lives to see. Sources write
    the first or the last day of their calendar where they mean none. -#}
{% macro day_of_an_end(day) -%}
    case when not ({{ is_day_out_of_range(day) }}) then {{ day }} end
{%- endmacro %}

{#- The first of these columns whose day is read as none and is not the usual way to say so: 9999-12-31 and its like,
    where something ends. -#}
{% macro unread_day(ends=[], begins=[]) -%}
    case
        {%- for column in begins %}
        when {{ is_far_day(column) }} then '{{ column }}'
        {%- endfor %}
        {%- for column in ends %}
        when ({{ is_day_out_of_range(column) }}) and year({{ column }}) not between 2999 and 9999 then '{{ column }}'
        {%- endfor %}
    end
{%- endmacro %}

{#- The closing CTEs of a staging model whose rows may come as several versions of one thing.
    Needs columns recorded_at, found_reason, _row_hash and _source_file in `relation`; gives `versioned`:
    - known_on: business date on which the row became known (NULL: from the beginning)
    - superseded_on: business date from which a later version of the same thing replaces it; of a valid row alone, since
      those that contradict each other have no order
    - is_valid: neither quarantined nor a repetition; what the models downstream may read
    - quarantine_reason, exclusion_reason: why a row is not modelled.
    Two valid versions of one thing with one recorded_at contradict each other, and both are quarantined.
    `unused` maps further exclusion reasons to the conditions of good rows that say nothing; they remain valid, since a
    version that says nothing replaces the one before it.
    `layered_by` names the column from which versions apply side by side instead of replacing each other. -#}
{% macro version_steps(relation, key, observed_on=none, layered_by=none, unused={}) -%}
    copies as (

        select
            *,
            {{ business_date('recorded_at') }} as known_on,
            found_reason is null and row_number() over (
                partition by found_reason is null, _row_hash order by _source_file
            ) > 1 as is_copy
        from {{ relation }}

    ),

    conflicts as (

        select
            *,
            found_reason is null and not is_copy and count(*) over (
                partition by
                    found_reason is null, is_copy,
                    {{ (key + ['recorded_at'] + ([layered_by] if layered_by else [])) | join(', ') }}
            ) > 1 as is_conflict
        from copies

    ),

    judged as (

        select
            *,
            found_reason is null and not is_copy and not is_conflict as is_valid,
            case when is_conflict then 'conflicting_versions' else found_reason end as quarantine_reason
        from conflicts

    ),

    succeeded as (

        select
            *,
            {% if layered_by -%}
            cast(null as date) as superseded_on
            {%- else -%}
            case
                when is_valid then lead(known_on) over (
                    partition by is_valid, {{ key | join(', ') }} order by recorded_at nulls first
                )
            end as superseded_on
            {%- endif %}
        from judged

    ),

    versioned as (

        select
            *,
            case
                when is_copy then 'duplicate'
                when not is_valid then null
                when known_on > {{ known_until() }} then 'not_yet_known'
                {% if observed_on -%}
                when {{ observed_on }} > {{ as_of_date() }} then 'after_as_of'
                {% endif -%}
                when superseded_on <= {{ known_until() }} then 'superseded'
                {% for reason, condition in unused.items() -%}
                when {{ condition }} then '{{ reason }}'
                {% endfor -%}
            end as exclusion_reason
        from succeeded

    )
{%- endmacro %}
