{#- Whole anniversary months from a date to a later one (an anniversary that a month lacks is its last day). -#}
{% macro whole_months(first_day, last_day) -%}
    (
        {{ months_between(first_day, last_day) }}
        - case when {{ add_months(first_day, months_between(first_day, last_day)) }} > {{ last_day }} then 1 else 0 end
    )
{%- endmacro %}

{#- A price for a year or longer is a term of its own; weeks and days are none. -#}
{% macro is_billed_by_the_year() -%}
    (billing_unit not in ('day', 'week') and period_months_numerator >= 12)
{%- endmacro %}

{#- What a line comes to over its whole term, near enough to see whether a longer one costs more. Needs its period in
    months as months_numerator and months_denominator. -#}
{% macro term_total() -%}
    cast(unit_price as double) * cast(quantity as double) * cast(1 - discount_rate as double)
    * case
        when billing_unit = 'term' then 1
        else (
            {{ whole_months('starts_on', 'ends_before') }} + {{ days_between(
                add_months('starts_on', whole_months('starts_on', 'ends_before')), 'ends_before'
            ) }} / cast(31 as double)
        ) * months_denominator / months_numerator
    end
{%- endmacro %}

{#- Whether one total is more than another by more than cents of a price per month come to. -#}
{% macro is_higher_total(total, earlier_total) -%}
    ({{ total }} > {{ earlier_total }} * 1.0001)
{%- endmacro %}

{#- First day of the next term of a line whose terms of so many months follow each other, after a day. -#}
{% macro next_anniversary(starts_on, term_months, day) -%}
    {{ add_months(
        starts_on, '(floor(' ~ whole_months(starts_on, day) ~ ' / ' ~ term_months ~ ') + 1) * ' ~ term_months
    ) }}
{%- endmacro %}

{#- First uncovered day of an open-ended line under notice. -#}
{% macro notice_ends_before() -%}
    {%- set notice = 'cancel_notice_on' -%}
    case
        when ends_on is not null or cancel_notice_on is null then null
        when cancel_notice_on < starts_on then starts_on
        when term_months is null and billing_unit in ('day', 'week') then
            {% set days = "(case billing_unit when 'week' then 7 else 1 end * billing_interval)" -%}
            {{ add_days(
                'starts_on', '(floor(' ~ days_between('starts_on', notice) ~ ' / ' ~ days ~ ') + 1) * ' ~ days
            ) }}
        else
            {{ add_months(
                'starts_on',
                '(floor(' ~ whole_months('starts_on', notice) ~ ' / coalesce(term_months, period_months_numerator)) + 1)'
                ~ ' * coalesce(term_months, period_months_numerator)'
            ) }}
    end
{%- endmacro %}

{#- Price of one unit for a month without tax, near enough to compare it with another one. -#}
{% macro monthly_unit_price(line, terms) -%}
    (
        cast({{ line }}.unit_price as double) * {{ terms }}.months_denominator
        / (
            cast({{ terms }}.months_numerator as double)
            * (1 + case when {{ line }}.is_tax_inclusive then cast({{ line }}.tax_rate as double) else 0 end)
        )
    )
{%- endmacro %}

{#- The same as is_billed_by_the_year, of a line that is not bound to one term. Needs its months_numerator. -#}
{% macro is_priced_by_the_year() -%}
    (billing_unit not in ('day', 'week', 'term') and months_numerator >= 12)
{%- endmacro %}

{#- One of two lines names the other. -#}
{% macro is_linked_to(line, other) -%}
    coalesce(
        {{ other }}.contract_line_id in ({{ line }}.replaces_line_id, {{ line }}.parent_line_id)
        or {{ line }}.contract_line_id in ({{ other }}.replaces_line_id, {{ other }}.parent_line_id), false
    )
{%- endmacro %}

{#- A line ends on the last day of another one, or of a term of it that renews itself. -#}
{% macro ends_together(line, other) -%}
    {%- set day_after = add_days(line ~ '.ends_on', 1) -%}
    {%- set months = whole_months(other ~ '.starts_on', day_after) -%}
    coalesce(
        {{ line }}.ends_on in ({{ other }}.ends_on, {{ other }}.terminated_on)
        or {{ other }}.ends_on is null
        and {{ other }}.starts_on < {{ day_after }}
        and {{ months }} % {{ other }}.renewal_months = 0
        and {{ add_months(other ~ '.starts_on', months) }} = {{ day_after }}, false
    )
{%- endmacro %}

{#- How many times the price of its host a unit of a stub may cost; the billionth is the doubles'. -#}
{% macro most_of_host_price() -%}
    2.000000002
{%- endmacro %}

{#- Why a line that counted at the month-end before counts no more (`int_line_leavings`): what is still there says it
    itself, then what took its place, then the end of its last version. -#}
{% macro line_ended_by() -%}
    case
        when line_mrr.is_unpaid then 'past_due'
        when line_mrr.is_paused and line_mrr.is_paid_line then 'pause_expired'
        when line_mrr.contract_line_id is not null then 'pays_nothing'
        when chains.replaced_on is not null then 'replaced'
        when versioned.version_id is null then 'withdrawn'
        when versioned.covered_to = {{ add_days('versioned.terminated_on', 1) }} then 'terminated'
        when versioned.covered_to = {{ add_days('versioned.ends_on', 1) }}
            then case when versioned.cancel_notice_on is null then 'term_end' else 'notice' end
        when versioned.is_deleted then 'deleted'
        when versioned.covered_to <= versioned.month_end and versioned.cancel_notice_on is not null then 'notice'
        else 'not_counted'
    end
{%- endmacro %}
