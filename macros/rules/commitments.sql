{#- Day on which a version of a line was agreed: signed, else recorded. An amendment that only repeats the signature
    of the version before it was agreed when it was recorded. Needs earlier_version_id and earlier_signed_on. -#}
{% macro agreed_on() -%}
    case
        when earlier_version_id is null or (signed_on is distinct from earlier_signed_on)
            then coalesce(signed_on, known_on)
        else coalesce(known_on, signed_on)
    end
{%- endmacro %}

{#- Without a link, a line takes over from one of the same product that ended at most the grace period before it
    starts: what bridges a gap is also what renews. -#}
{% macro takes_over(ends_before, starts_on, grace_days=setting('renewal_grace_days')) -%}
    {{ days_between(ends_before, starts_on) }} between 0 and {{ grace_days }}
{%- endmacro %}

{#- What became of a term, as far as the as-of date tells. -#}
{% macro term_outcome() -%}
    case
        when terms.runs_on or followed_terms.followed_line_id is not null then 'followed'
        when {{ add_days('terms.ends_on', 'terms.gap_days') }} < renewal_months.last_day then 'lost'
        when terms.gap_days = 0 then 'pending_churn'
        else 'open'
    end
{%- endmacro %}

{#- Days that may lie between a term and its renewal: none where the term was ended on purpose. -#}
{% macro renewal_gap_days(term) -%}
    case
        when {{ term }}.cancel_notice_on is null and {{ term }}.terminated_on is null
            then {{ setting('renewal_grace_days') }}
        else 0
    end
{%- endmacro %}

{#- What may become of a term that is not over: renewed already, given up, in danger, or open. -#}
{% macro renewal_state() -%}
    case
        when early_renewals.renewed_by is not null then 'renewed_early'
        when terms.cancel_notice_on <= {{ as_of_date() }} then 'notice'
        when accounts.health_band = 'red' then 'at_risk'
        else 'open'
    end
{%- endmacro %}

{#- A commitment counts if it is kept, and under `latest_signed_wins` only the one signed last of its product. -#}
{% macro is_committed() -%}
    is_kept{% if setting('overlap_policy') == 'latest_signed_wins' %} and row_number() over (
            partition by knowledge_id, month, account_id, product_id, is_kept
            order by signed_on desc nulls last, starts_on desc, contract_line_id desc
        ) = 1{% endif %}
{%- endmacro %}

{#- First day that a version does not cover, as a month-end sees it: a termination, a notice or a deletion of a later day
    reads as unknown. Needs seen_on and is_deleted_later. -#}
{% macro agreed_to_as_seen() -%}
    case
        when ends_on is null and cancel_notice_on <= seen_on then covered_to
        when terminated_on > seen_on or cancel_notice_on > seen_on or is_deleted_later
            then least(
                coalesce({{ add_days('ends_on', 1) }}, {{ latest_day() }}),
                case when is_deleted_later then {{ latest_day() }} else valid_to end
            )
        else covered_to
    end
{%- endmacro %}
