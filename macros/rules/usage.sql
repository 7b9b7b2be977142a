{#- A login among the usage events, by the contract's reserved feature. -#}
{% macro is_login() -%}
    (feature_key = 'login')
{%- endmacro %}

{#- A row that is never replaced is part of a knowledge once it is recorded (NULL: from the beginning). -#}
{% macro is_recorded_by(known_on, known_until) -%}
    ({{ known_on }} is null or {{ known_on }} <= {{ known_until }})
{%- endmacro %}

{#- True where the close of a month sees a day of use (of `int_usage_first_months`). -#}
{% macro is_seen_by(usage_days, month) -%}
    ({{ usage_days }}.first_month <= {{ month }} and coalesce({{ usage_days }}.last_month, {{ month }}) >= {{ month }})
{%- endmacro %}

{#- Units of a line that are seats: the catalogue prices its plan per seat, or several units are sold. -#}
{% macro is_seat_priced(list_price, quantity) -%}
    ({{ list_price }} is not null or {{ quantity }} > 1)
{%- endmacro %}

{#- A feature counts as used when enough people used it. -#}
{% macro is_feature_used(feature_users, feature_min_users, seats) -%}
    (
        {{ feature_users }}.has_anonymous_events
        or {{ feature_users }}.users >= least({{ feature_min_users }}, coalesce({{ seats }}, {{ feature_min_users }}))
    )
{%- endmacro %}

{#- Direction of an activity against the month before, from exact comparisons of `activity` with shares of
    `activity_before`. From nothing to something is rising. -#}
{% macro activity_trend(activity, activity_before, rising_ratio, falling_ratio) -%}
    case
        when {{ activity }} is null or {{ activity_before }} is null then null
        when {{ activity }} = {{ activity_before }} then 'flat'
        when {{ activity }} >= {{ activity_before }} * {{ rising_ratio }} then 'up'
        when {{ activity }} <= {{ activity_before }} * {{ falling_ratio }} then 'down'
        else 'flat'
    end
{%- endmacro %}

{#- Number of an event among its deliveries; the first counts, from the day it was first known. An identifier
    belongs to one business day. Events without one are never taken for repetitions; spreading them keeps the
    sort small. -#}
{% macro event_delivery(events) -%}
    case
        when {{ events }}.event_id is null then 1
        else row_number() over (
            partition by
                {{ events }}.occurred_on,
                {{ events }}.event_id,
                case when {{ events }}.event_id is null then {{ events }}.account_id end,
                case when {{ events }}.event_id is null then {{ events }}.occurred_at end
            order by
                {{ events }}.recorded_at nulls first, {{ events }}.occurred_at, {{ events }}.account_id,
                {{ events }}.feature_key, {{ events }}.user_id nulls last, {{ events }}.product_id nulls last,
                {{ events }}.quantity
        )
    end
{%- endmacro %}

{#- What a file was when it was read: a row that carries another mark was read before the file changed. -#}
{% macro usage_file_mark(file_days) -%}
    md5(
        {{ file_days }}.fingerprint
        || '|' || coalesce({{ file_days }}.content_hash, '')
    )
{%- endmacro %}

{#- Machines and the company's own staff: CTE body of the users that count as nobody, by every version of them. -#}
{% macro users_who_are_nobody() -%}
    select
        user_id,
        account_id as only_account_id,
        known_on,
        superseded_on
    from {{ ref('stg_users') }}
    where is_valid and kind in ('service', 'internal')
{%- endmacro %}

{#- True where `nobody` (of `users_who_are_nobody`) names the user of an event, as it is known. -#}
{% macro is_nobody(events, knowledge) -%}
    {{ events }}.user_id = nobody.user_id
            and coalesce(nobody.only_account_id, {{ events }}.account_id) = {{ events }}.account_id
            and {{ is_known('nobody', knowledge) }}
{%- endmacro %}
