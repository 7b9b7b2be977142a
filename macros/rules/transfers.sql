{#- Part of a forked line, counted from 0, that it and those before it have taken over: the owner's own successors
    first, up to what the line was worth; then the others, as their first amounts compare. A line that was worth nothing
    is shared as its successors compare. Needs mrr, kept_mrr, heirs_mrr, reached_mrr, parent_mrr, is_kept, is_last. -#}
{% macro share_of_forked_line() -%}
    {%- set worth = 'case when parent_mrr > 0 then parent_mrr else heirs_mrr end' -%}
    {%- set kept = 'case when heirs_mrr > kept_mrr then least(' ~ worth ~ ', kept_mrr) else ' ~ worth ~ ' end' -%}
    cast(round(case
        when is_last then 1
        when is_kept then coalesce({{ ratio(kept, worth) }} * {{ ratio('reached_mrr', 'kept_mrr') }}, 0)
        else coalesce(
            {{ ratio(kept, worth) }}
            + (1 - {{ ratio(kept, worth) }}) * {{ ratio('reached_mrr - kept_mrr', 'heirs_mrr - kept_mrr') }},
            0
        )
    end, 10) as decimal(12, 10))
{%- endmacro %}

{#- A bound of a strand's share in a stretch, carried through the fork that the stretch came out of. -#}
{% macro share_within(bound) -%}
    cast(forks.share_from + (forks.share_to - forks.share_from) * {{ bound }} as decimal(12, 10))
{%- endmacro %}

{#- A strand's share of an amount, rounded at both of its bounds, so that the strands of a line add up to it. -#}
{% macro money_of_strand(amount) -%}
    cast(
        {{ round_to_minor_unit(amount ~ ' * strands.share_to', 'reporting.minor_unit_digits') }}
        - {{ round_to_minor_unit(amount ~ ' * strands.share_from', 'reporting.minor_unit_digits') }}
        as decimal(18, 2)
    )
{%- endmacro %}

{#- Which way a line went, of an account that nothing else happened to. -#}
{% macro transfer_direction() -%}
    case
            when transfer_mrr < 0 then 'transfer_out'
            when transfer_mrr > 0 then 'transfer_in'
            when has_given and not has_received then 'transfer_out'
            when has_received and not has_given then 'transfer_in'
        end
{%- endmacro %}

{#- +1 where a transfer makes an account pay, -1 where it leaves it with nothing; 0 where that account buys something
    else in the same month and so pays throughout. Needs merged_mrr, the balance before the transfer. -#}
{% macro transfer_step() -%}
    case
            when merged_mrr > 0 and merged_mrr + transfer_mrr = 0 and movement = 'expansion' and sub_movement is null then 0
            else {{ paying_step('merged_mrr', 'merged_mrr + transfer_mrr') }}
        end
{%- endmacro %}
