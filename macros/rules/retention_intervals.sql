{#- What the interval of a ratio of two sums needs of its accounts, to be summed with them: columns of a select with
    `group by`. All are decimals, so no order of rows changes them. Nobody's square is larger than the square of the
    sum, which fits where the sum itself is money. -#}
{% macro interval_sums(opening='opening_mrr', closing='closing_mrr', kept='kept_mrr') -%}
    {{ sum_of_products(opening, opening) }} as opening_squares,
    {{ sum_of_products(opening, closing) }} as opening_by_closing,
    {{ sum_of_products(closing, closing) }} as closing_squares,
    {{ sum_of_products(opening, kept) }} as opening_by_kept,
    {{ sum_of_products(kept, kept) }} as kept_squares,
    max({{ opening }}) as largest_opening_mrr,
    cast(sum(case when {{ closing }} > {{ opening }} then {{ opening }} else 0 end) as decimal(19, 3)) as grown_mrr,
    cast(sum(case when {{ closing }} > {{ opening }} then 1 else 0 end) as integer) as grown_accounts
{%- endmacro %}

{% macro sum_of_products(one, other) -%}
    cast(sum(cast({{ one }} as decimal(19, 3)) * cast({{ other }} as decimal(19, 3))) as decimal(38, 6))
{%- endmacro %}

{#- CTEs from sums of cohorts to their intervals, the last one named `intervals`: all columns of `sums`, and nrr_low,
    nrr_high, grr_low, grr_high, logo_retention_low, logo_retention_high, interval_note. The model has a CTE `rules`
    with the rules of seed `interval_rules`, and a CTE by the name in `sums` with the columns of `interval_sums` and
    those named here. -#}
{% macro retention_intervals(
    sums, opening='opening_mrr', closing='closing_mrr', kept='kept_mrr', accounts='opening_accounts',
    retained='retained_accounts'
) -%}
{%- set squares = [
    'opening_squares', 'opening_by_closing', 'closing_squares', 'opening_by_kept', 'kept_squares',
] -%}
{%- set given = "interval_note in ('given', 'nothing_moved', 'few_growths')" -%}
-- Everything as shares of the opening.
interval_shares as (

    select
        {{ sums }}.*,
        {% for rule in ['z', 'one_event', 'two_events'] -%}
        cast(rules.{{ rule }} as double) as {{ rule }},
        {% endfor -%}
        {{ accounts }} >= rules.min_accounts as is_counted,
        case
            when {{ accounts }} < rules.min_accounts then 'small_cohort'
            when largest_opening_mrr > rules.max_opening_share * {{ opening }} then 'dominant_account'
            when {{ opening }} + {{ closing }} = 2 * {{ kept }} then 'nothing_moved'
            when grown_accounts < rules.min_growths then 'few_growths'
            else 'given'
        end as interval_note,
        {{ ratio(closing, opening) }} as net,
        {{ ratio(kept, opening) }} as gross,
        {{ ratio('grown_mrr', opening) }} as grown,
        coalesce({{ ratio(closing ~ ' - ' ~ kept, 'grown_mrr') }}, 0) as growth,
        {{ ratio(opening ~ ' + ' ~ closing ~ ' - 2 * ' ~ kept, opening) }} as moved,
        {% for column in squares -%}
        {{ ratio(column, 'cast(' ~ opening ~ ' as double) * cast(' ~ opening ~ ' as double)') }} as {{ column }}_share
        {{- '' if loop.last else ',' }}
        {% endfor %}
    from {{ sums }}
    cross join rules

),

-- As many accounts of one size would spread as much; and as many moves of one size.
interval_spreads as (

    select
        *,
        1 / nullif(opening_squares_share, 0) as effective,
        moved * moved
        / nullif(closing_squares_share - 2 * opening_by_closing_share + opening_squares_share, 0) as movers,
        {{ ratio_variance('net', 'closing_squares_share', 'opening_by_closing_share') }} as net_variance,
        {{ ratio_variance('gross', 'kept_squares_share', 'opening_by_kept_share') }} as gross_variance
    from interval_shares

),

-- What an account keeps lies between nothing and all, so it spreads at most as a yes or no does.
interval_trials as (

    select
        *,
        {{ student_quantile('z', 'greatest(1, least(effective, movers) - 1)') }} * sqrt(net_variance) as reach,
        least(
            effective, coalesce(nullif(gross * (1 - gross), 0) / nullif(gross_variance, 0), effective)
        ) as trials
    from interval_spreads

),

interval_bounds as (

    select
        *,
        {{ wilson_low('gross * trials', 'trials', 'z') }} as gross_low,
        {{ wilson_high('gross * trials', 'trials', 'z') }} as gross_high,
        {{ wilson_low('grown * effective', 'effective', 'z') }} as grown_low,
        {{ wilson_high('grown * effective', 'effective', 'z') }} as grown_high
    from interval_trials

),

intervals as (

    select
        *,
        case when interval_note = 'given' then greatest(0, net - greatest(reach, sqrt(
            (gross - gross_low) * (gross - gross_low) + (grown - grown_low) * growth * (grown - grown_low) * growth
        ))) end as nrr_low,
        case when interval_note = 'given' then net + greatest(reach, sqrt(
            (gross_high - gross) * (gross_high - gross)
            + (grown_high - grown) * growth * (grown_high - grown) * growth
        )) end as nrr_high,
        case when {{ given }} then greatest(0, least(gross, gross_low)) end as grr_low,
        case when {{ given }} then least(1, greatest(gross, gross_high)) end as grr_high,
        case when is_counted then {{ count_low(retained, accounts) }} end as logo_retention_low,
        case when is_counted then {{ count_high(retained, accounts) }} end as logo_retention_high
    from interval_bounds

)
{%- endmacro %}

{#- Variance of a ratio of two sums by linearisation, everything in shares of the denominator's square. One account
    alone has none. -#}
{% macro ratio_variance(rate, squares, products) -%}
    case
        when opening_squares_share < 1
            then greatest(
                0, {{ squares }} - 2 * {{ rate }} * {{ products }} + {{ rate }} * {{ rate }} * opening_squares_share
            ) / (1 - opening_squares_share)
    end
{%- endmacro %}

{#- Student's quantile from the normal one: the first terms of the series of Cornish and Fisher. -#}
{% macro student_quantile(z, freedom) -%}
    (
        {{ z }} + ({{ z }} * {{ z }} * {{ z }} + {{ z }}) / (4 * {{ freedom }})
        + (5 * {{ z }} * {{ z }} * {{ z }} * {{ z }} * {{ z }} + 16 * {{ z }} * {{ z }} * {{ z }} + 3 * {{ z }})
        / (96 * {{ freedom }} * {{ freedom }})
    )
{%- endmacro %}
