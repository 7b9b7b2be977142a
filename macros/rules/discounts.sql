{#- Orders of discounts that are told apart beside the line's own; what comes after the last of them adds up with it. -#}
{% macro last_discount_step() -%}
    {{ return(0 if is_linted() else 6) }}
{%- endmacro %}

{#- What discount lines leave of lines, as the CTEs `reached` to `discounted`; the one statement of it, since MRR and CMRR
    both rest on it. Needs the CTEs `counted` (lines at the moment that counts: `counted_on`, and `valued_on`, whose state
    counts), `line_versions`, `coverage`, `terms` and `currencies`. `discounted` has a row per line and moment that a
    discount line reaches: `agreed_on`, `net_amount` and `excess_amount`, exact. -#}
{% macro discounted_lines(only='true') -%}
discount_lines as (

    select
        discounts.knowledge_id,
        discounts.account_id,
        discounts.contract_id,
        discounts.parent_line_id,
        discounts.version_id as discount_version_id,
        discounts.currency as discount_currency,
        discounts.discount_kind,
        discounts.discount_scope,
        discounts.signed_on,
        discounts.known_on,
        coalesce(discounts.signed_on, discounts.known_on) as discount_agreed_on,
        case when discounts.discount_kind = 'rate' then discounts.discount_rate else 0 end as rate,
        case
            when discounts.discount_kind = 'amount' then -({{ monthly_amount('discounts', 'discount_terms') }})
            else 0
        end as amount,
        discounts.discount_kind = 'amount' and discounts.discount_scope <> 'line' as is_shared,
        greatest(discounts.discount_order, 0) as discount_order,
        coverage.covered_from as reduces_from,
        coverage.covered_to as reduces_until
    from line_versions as discounts
    inner join coverage
        on discounts.knowledge_id = coverage.knowledge_id and discounts.version_id = coverage.version_id
    inner join terms as discount_terms on discounts.version_id = discount_terms.version_id
    where discounts.charge_type = 'discount'

),

{% set told -%}
counted.*,
        discount_lines.discount_version_id,
        discount_lines.discount_currency,
        discount_lines.discount_kind,
        discount_lines.discount_scope,
        discount_lines.discount_agreed_on,
        discount_lines.rate,
        discount_lines.amount,
        discount_lines.is_shared,
        discount_lines.discount_order
{%- endset -%}
-- A discount of a line reduces it whoever pays it; a wider one what its account pays.
reached as (

    select
        {{ told }}
    from counted
    inner join discount_lines
        on
            counted.knowledge_id = discount_lines.knowledge_id
            and counted.contract_line_id = discount_lines.parent_line_id
    where
        discount_lines.discount_scope = 'line'
        and counted.valued_on >= discount_lines.reduces_from
        and counted.valued_on < discount_lines.reduces_until
        and {{ only }}
    union all
    select
        {{ told }}
    from counted
    inner join discount_lines
        on counted.knowledge_id = discount_lines.knowledge_id and counted.account_id = discount_lines.account_id
    where
        (
            discount_lines.discount_scope = 'account'
            or discount_lines.discount_scope = 'contract' and counted.contract_id = discount_lines.contract_id
        )
        and counted.valued_on >= discount_lines.reduces_from
        and counted.valued_on < discount_lines.reduces_until
        and {{ only }}

),

-- A wider amount is shared out among the lines of its currency that are billed; a rate applies to each.
paired as (

    select
        reached.knowledge_id,
        reached.account_id,
        reached.contract_line_id,
        reached.version_id,
        reached.counted_on,
        reached.discount_version_id,
        reached.discount_kind,
        reached.discount_scope,
        reached.discount_agreed_on,
        reached.rate,
        reached.amount,
        reached.is_shared,
        reached.discount_order,
        coalesce(currencies.minor_unit_digits, 2) as minor_unit_digits,
        {{ monthly_amount('lines', 'line_terms') }} as gross_amount,
        {{ net_of_own_rate('lines', 'line_terms') }} as left_amount
    from reached
    inner join line_versions as lines
        on reached.knowledge_id = lines.knowledge_id and reached.version_id = lines.version_id
    inner join terms as line_terms on reached.version_id = line_terms.version_id
    left join currencies on lines.currency = currencies.currency
    where
        reached.discount_kind = 'rate'
        or reached.discount_scope = 'line'
        or reached.is_billed and lines.currency = reached.discount_currency

),

ranked_orders as (

    select
        *,
        dense_rank() over (
            partition by knowledge_id, account_id, counted_on, case when discount_order > 0 then 1 else 0 end
            order by discount_order
        ) as order_rank
    from paired

),

discount_step_start as (

    select
        *,
        case when discount_order > 0 then least(order_rank, {{ last_discount_step() }}) else 0 end as step,
        cast(0 as decimal(38, 18)) as excess_amount
    from ranked_orders

),

{% for step in range(last_discount_step() + 1) -%}
{{ discount_step(step, 'discount_step_start' if loop.first else 'discount_step_' ~ (step - 1)) }}
{% endfor -%}
discounted as (

    select
        knowledge_id,
        account_id,
        contract_line_id,
        version_id,
        counted_on,
        case when count(discount_agreed_on) = count(*) then max(discount_agreed_on) end as agreed_on,
        max(left_amount) as net_amount,
        max(excess_amount) as excess_amount
    from discount_step_{{ last_discount_step() }}
    group by knowledge_id, account_id, contract_line_id, version_id, counted_on

)
{%- endmacro %}

{#- One step: what the discounts of one order take of what is left before them, together at most all of it. A shared amount
    is divided by what is left of each line, in whole minor units: largest remainder, ties by the line's id. -#}
{% macro discount_step(step, before) -%}
    {%- set basis = 'gross_amount' if step == 0 else 'left_amount' -%}
    {%- set shared = 'partition by knowledge_id, account_id, counted_on, discount_version_id, is_sharing' -%}
    {%- set of_line = 'partition by knowledge_id, version_id, counted_on' -%}
weighed_{{ step }} as (

    select
        *,
        step = {{ step }} and is_shared as is_sharing,
        {{ in_minor_units(basis, 'minor_unit_digits') }} as weight,
        {{ in_minor_units('amount', 'minor_unit_digits') }} as whole
    from {{ before }}

),

summed_{{ step }} as (

    select
        *,
        sum(weight) over ({{ shared }}) as weights
    from weighed_{{ step }}

),

divided_{{ step }} as (

    select
        *,
        least(whole, weights) as due,
        case when weights > 0 then {{ integer_quotient('least(whole, weights) * weight', 'greatest(weights, 1)') }} else 0 end as part,
        case when weights > 0 then (least(whole, weights) * weight) % greatest(weights, 1) else 0 end as remainder
    from summed_{{ step }}

),

shared_{{ step }} as (

    select
        *,
        part + case
            when row_number() over ({{ shared }} order by remainder desc, contract_line_id asc)
                <= due - sum(part) over ({{ shared }}) then 1
            else 0
        end as share,
        case when row_number() over ({{ shared }} order by contract_line_id asc) = 1 then whole - due else 0 end as unplaced
    from divided_{{ step }}

),

taken_{{ step }} as (

    select
        *,
        cast({{ share_of('cast(' ~ basis ~ ' as decimal(38, 18))',
            'sum(case when step = ' ~ step ~ ' then rate else 0 end) over (' ~ of_line ~ ')') }} as decimal(38, 18))
        + cast(sum(
            case
                when step <> {{ step }} then 0
                when is_sharing then {{ from_minor_units('share', 'minor_unit_digits') }}
                else amount
            end
        ) over ({{ of_line }}) as decimal(38, 18)) as taken_amount,
        cast(sum(
            case when is_sharing then {{ from_minor_units('unplaced', 'minor_unit_digits') }} else 0 end
        ) over ({{ of_line }}) as decimal(38, 18)) as unplaced_amount
    from shared_{{ step }}

),

discount_step_{{ step }} as (

    select
        knowledge_id,
        account_id,
        contract_line_id,
        version_id,
        counted_on,
        discount_version_id,
        discount_agreed_on,
        rate,
        amount,
        is_shared,
        minor_unit_digits,
        step,
        gross_amount,
        cast(greatest(left_amount - taken_amount, 0) as decimal(38, 18)) as left_amount,
        cast(
            excess_amount + greatest(taken_amount - left_amount, 0) + unplaced_amount as decimal(38, 18)
        ) as excess_amount
    from taken_{{ step }}

),
{% endmacro %}

{#- A line's exact amount per month after its own discount. -#}
{% macro net_of_own_rate(line, terms) -%}
    {{ monthly_amount(line, terms, kept_share='1 - ' ~ line ~ '.discount_rate') }}
{%- endmacro %}

{#- A share of an exact amount, exact to eighteen places. -#}
{% macro share_of(amount, rate) -%}
    {%- set trillionths = exact_trillionths(amount) -%}
    {%- set below = exact_trillionths(
        'cast(' ~ amount ~ ' - cast(' ~ amount ~ ' as decimal(28, 12)) as decimal(18, 18)) * 1000000'
    ) -%}
    {{ decimal_from_units(multiply_divide(
        '(' ~ trillionths ~ ' * 1000000 + ' ~ below ~ ')', exact_trillionths(rate), '1000000000000'
    )) }}
{%- endmacro %}

{#- An amount, rounded to its currency, as a count of the smallest coin, and back. -#}
{% macro in_minor_units(amount, minor_unit_digits) -%}
    {{ exact_integer(
        round_monthly_amount(amount, minor_unit_digits),
        'case ' ~ minor_unit_digits ~ ' when 0 then 1 when 3 then 1000 else 100 end'
    ) }}
{%- endmacro %}

{% macro from_minor_units(units, minor_unit_digits) -%}
    cast(cast({{ units }} as decimal(20, 0)) * cast({{ minor_unit(minor_unit_digits) }} as decimal(4, 3)) as decimal(38, 18))
{%- endmacro %}
