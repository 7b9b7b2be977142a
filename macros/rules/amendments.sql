{#- A recurring line that takes units away from another one. -#}
{% macro is_amendment() -%}
    (charge_type = 'recurring' and quantity < 0)
{%- endmacro %}

{#- What amendments take from lines, as the CTEs `reducing` to `amended`; the one statement of it, since MRR, CMRR and
    renewals rest on it. Needs the CTEs `counted` (lines at the moment that counts: `counted_on`, `valued_on`, whose state
    counts, `is_billed`, `currency`, `quantity`, exact `gross_amount` and `net_amount`), `line_versions`, `coverage`,
    `terms` and `amended_lines`. `amended` has a row per line and moment that an amendment reaches: what is taken of its
    `units`, `gross_amount` and `net_amount`, the `excess_amount` that nothing was left for, `agreed_on`, and
    `emptied_from`, the day from which neither units nor money are left. -#}
{% macro amended_amounts(only='true') -%}
    {%- set moment = 'knowledge_id, counted_on, group_id, currency' -%}
    {%- set in_order = 'partition by ' ~ moment
        ~ ' order by is_billed desc, is_named desc, is_same_price desc, contract_line_id asc' -%}
reducing as (

    select
        counted.*,
        amended_lines.group_id,
        amended_lines.is_named,
        amendments.version_id as amendment_version_id,
        amendment_coverage.covered_from as reduces_from,
        coalesce(amendments.signed_on, amendments.known_on) as amendment_agreed_on,
        -amendments.quantity as less_units,
        -({{ monthly_amount('amendments', 'amendment_terms') }}) as less_gross,
        -({{ net_of_own_rate('amendments', 'amendment_terms') }}) as less_net
    from counted
    inner join amended_lines
        on
            counted.knowledge_id = amended_lines.knowledge_id
            and counted.contract_line_id = amended_lines.contract_line_id
    inner join line_versions as amendments
        on
            amended_lines.knowledge_id = amendments.knowledge_id
            and amended_lines.amendment_version_id = amendments.version_id
            and counted.currency = amendments.currency
    inner join coverage as amendment_coverage
        on
            amendments.knowledge_id = amendment_coverage.knowledge_id
            and amendments.version_id = amendment_coverage.version_id
            and counted.valued_on >= amendment_coverage.covered_from
            and counted.valued_on < amendment_coverage.covered_to
    inner join terms as amendment_terms on amendments.version_id = amendment_terms.version_id
    where {{ only }}

),

-- What all amendments of the same lines take together.
wanted as (

    select
        {{ moment }},
        sum(less_units) as less_units,
        sum(less_gross) as less_gross,
        sum(less_net) as less_net,
        max(reduces_from) as reduces_from,
        case when count(amendment_agreed_on) = count(*) then max(amendment_agreed_on) end as agreed_on
    from (
        select distinct
            {{ moment }}, amendment_version_id, less_units, less_gross, less_net, reduces_from, amendment_agreed_on
        from reducing
    ) as each_once
    group by {{ moment }}

),

-- What there is to take from; what is paused bills nothing.
reducible as (

    select
        {{ moment }},
        version_id,
        contract_line_id,
        is_billed,
        quantity,
        case when is_billed then gross_amount else 0 end as gross_amount,
        case when is_billed then net_amount else 0 end as net_amount,
        max(case when is_named then 1 else 0 end) as is_named,
        max(case when {{ is_price_of('less_gross', 'less_units', 'gross_amount', 'quantity') }} then 1 else 0 end)
            as is_same_price
    from reducing
    group by {{ moment }}, version_id, contract_line_id, is_billed, quantity, gross_amount, net_amount

),

-- The named line first, then one at the same price, then the others by their ids.
lined_up as (

    select
        *,
        row_number() over ({{ in_order }}) = 1 as is_first,
        max(case when is_billed then 1 else 0 end) over (partition by {{ moment }}) = 1 as is_any_billed,
        sum(net_amount) over (partition by {{ moment }}) as all_net,
        {%- for column in ['quantity', 'gross_amount', 'net_amount'] %}
        sum({{ column }}) over ({{ in_order }} rows unbounded preceding) - {{ column }} as {{ column }}_before
        {{- ',' if not loop.last }}
        {%- endfor %}
    from reducible

),

taken as (

    select
        lined_up.*,
        wanted.reduces_from,
        wanted.agreed_on,
        {%- for column, less in [
            ('quantity', 'less_units'), ('gross_amount', 'less_gross'), ('net_amount', 'less_net')
        ] %}
        greatest(least(lined_up.{{ column }}, wanted.{{ less }} - lined_up.{{ column }}_before), 0) as {{ less }},
        {%- endfor %}
        case
            when lined_up.is_first and lined_up.is_any_billed then greatest(wanted.less_net - lined_up.all_net, 0)
            else 0
        end as excess_amount
    from lined_up
    inner join wanted
        on
            lined_up.knowledge_id = wanted.knowledge_id
            and lined_up.counted_on = wanted.counted_on
            and lined_up.group_id = wanted.group_id
            and lined_up.currency = wanted.currency

),

-- What is named twice, by its id and by its contract, gives what it has once.
capped as (

    select
        knowledge_id,
        version_id,
        counted_on,
        max(gross_amount) - max(net_amount) as discount_amount,
        sum(less_gross) as less_gross,
        least(sum(less_units), max(quantity)) as less_units,
        least(sum(less_net), max(net_amount)) as less_net,
        sum(excess_amount) + greatest(sum(less_net) - max(net_amount), 0) as excess_amount,
        case when count(agreed_on) = count(*) then max(agreed_on) end as agreed_on,
        case
            when sum(less_units) >= max(quantity) and sum(less_net) >= max(net_amount) then max(reduces_from)
        end as emptied_from
    from taken
    group by knowledge_id, version_id, counted_on

),

-- Never less before discounts than after them.
amended as (

    select
        knowledge_id,
        version_id,
        counted_on,
        cast(less_units as decimal(22, 6)) as units,
        cast(least(less_gross, discount_amount + less_net) as decimal(38, 18)) as gross_amount,
        cast(less_net as decimal(38, 18)) as net_amount,
        cast(excess_amount as decimal(38, 18)) as excess_amount,
        agreed_on,
        emptied_from
    from capped

)
{%- endmacro %}

{#- Two amounts are of one price per unit, near enough. -#}
{% macro is_price_of(amount, units, other_amount, other_units) -%}
    abs(cast({{ amount }} as double) * cast({{ other_units }} as double)
    - cast({{ other_amount }} as double) * cast({{ units }} as double))
    <= 0.000000001 * abs(cast({{ other_amount }} as double) * cast({{ units }} as double))
{%- endmacro %}

{#- Whether the setting for units of 0 lets a line whose units are all taken away stay in force, as a pause. -#}
{% macro stays_in_force_when_emptied(emptied_from, month_end) -%}
    {%- if setting('zero_quantity') == 'cancelled' -%}
    ({{ emptied_from }} is null)
    {%- else -%}
    coalesce({{ month_end }} < {{ add_days(emptied_from, setting('pause_max_days')) }}, true)
    {%- endif -%}
{%- endmacro %}
