{#- Why a line that the close counted counts no more. -#}
{% macro reason_of_less() -%}
    case
        when histories.is_void then 'void'
        when histories.is_deleted or not histories.is_on_record then 'deleted'
        when facts.is_restated_in_force and facts.is_ruled_out then 'rule'
        when facts.is_restated_in_force and facts.restated_gross_native = 0 then 'price'
        when facts.is_restated_in_force then 'discount'
        when not histories.is_counted then 'rule'
        when histories.restated_starts_on > {{ month_end('facts.compared_month') }} then 'backdated'
        else 'cancelled'
    end
{%- endmacro %}

{#- Why a line that the close did not count counts now. -#}
{% macro reason_of_more() -%}
    case
        when not histories.is_line_known and histories.is_renewal then 'late_renewal'
        when not histories.is_line_known then 'backdated'
        when facts.is_reported_in_force and facts.is_ruled_out then 'rule'
        when facts.is_gap_filled then 'late_renewal'
        when facts.is_reported_in_force and not facts.is_sealed and facts.reported_gross_native = 0 then 'price'
        when facts.is_reported_in_force and not facts.is_sealed then 'discount'
        when histories.reported_starts_on > {{ month_end('facts.compared_month') }} then 'backdated'
        when histories.has_other_end then 'cancelled'
        else 'late_renewal'
    end
{%- endmacro %}

{#- Why a line counts with another amount, or in another cohort. Of units and price the one that moves more; a difference
    that its own currency does not know is the rate's where both sides count the line. -#}
{% macro reason_of_another_amount() -%}
    case
        when facts.reported_currency <> facts.restated_currency then 'currency'
        when
            facts.reported_gross_native <> facts.restated_gross_native
            and abs({{ units_effect() }}) >= abs({{ price_effect() }})
            then 'quantity'
        when facts.reported_gross_native <> facts.restated_gross_native then 'price'
        when facts.reported_mrr_native <> facts.restated_mrr_native then 'discount'
        when facts.reported_account_id <> facts.restated_account_id then 'moved'
        when facts.reported_owner_account_id <> facts.restated_owner_account_id then 'moved'
        when facts.is_seal_silent then 'price'
    end
{%- endmacro %}

{#- What other units at the reported price come to, times the reported units so that nothing is divided. -#}
{% macro units_effect() -%}
    cast(facts.restated_quantity - facts.reported_quantity as double) * facts.reported_gross_native
{%- endmacro %}

{#- What another price of the restated units comes to, times the reported units. -#}
{% macro price_effect() -%}
    cast(facts.restated_gross_native as double) * facts.reported_quantity
    - cast(facts.restated_quantity as double) * facts.reported_gross_native
{%- endmacro %}
