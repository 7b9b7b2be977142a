{#- A proposal that counts as a win of its account. -#}
{% macro is_experiment_win(proposals) -%}
    ({{ proposals }}.outcome = 'won' and {{ proposals }}.offer_class <> 'downsell')
{%- endmacro %}

{#- Smallest number of wins or losses that an arm would have if both arms were alike. -#}
{% macro smallest_expected_cell(arm, control) -%}
    {{ ratio(
        'cast(least(' ~ arm ~ '.accounts, ' ~ control ~ '.accounts) as bigint) * least('
        ~ arm ~ '.wins + ' ~ control ~ '.wins, '
        ~ arm ~ '.accounts + ' ~ control ~ '.accounts - ' ~ arm ~ '.wins - ' ~ control ~ '.wins)',
        arm ~ '.accounts + ' ~ control ~ '.accounts'
    ) }}
{%- endmacro %}

{#- z of the difference of two shares, with the variance of both together. -#}
{% macro pooled_z(arm, control) -%}
    (
        {{ ratio(arm ~ '.wins', arm ~ '.accounts') }} - {{ ratio(control ~ '.wins', control ~ '.accounts') }}
    ) / nullif(sqrt(
        {{ ratio(arm ~ '.wins + ' ~ control ~ '.wins', arm ~ '.accounts + ' ~ control ~ '.accounts') }}
        * (1 - {{ ratio(arm ~ '.wins + ' ~ control ~ '.wins', arm ~ '.accounts + ' ~ control ~ '.accounts') }})
        * ({{ ratio('1', arm ~ '.accounts') }} + {{ ratio('1', control ~ '.accounts') }})
    ), 0)
{%- endmacro %}

{#- Newcombe's bounds of the difference of two arms' shares. -#}
{% macro newcombe_low(arm, control, z) -%}
    {{ newcombe_bound(
        ratio(arm ~ '.wins', arm ~ '.accounts'), wilson_low(arm ~ '.wins', arm ~ '.accounts', z),
        ratio(control ~ '.wins', control ~ '.accounts'), wilson_high(control ~ '.wins', control ~ '.accounts', z), '-'
    ) }}
{%- endmacro %}

{% macro newcombe_high(arm, control, z) -%}
    {{ newcombe_bound(
        ratio(arm ~ '.wins', arm ~ '.accounts'), wilson_high(arm ~ '.wins', arm ~ '.accounts', z),
        ratio(control ~ '.wins', control ~ '.accounts'), wilson_low(control ~ '.wins', control ~ '.accounts', z), '+'
    ) }}
{%- endmacro %}

{#- What an experiment says, first match wins. -#}
{% macro experiment_status(arm, rules) -%}
    case
        when {{ arm }}.srm_p_value < {{ rules }}.srm_alpha then 'srm_failed'
        when not {{ arm }}.is_complete then 'running'
        when {{ arm }}.adjusted_p_value < {{ rules }}.alpha and {{ arm }}.lift > 0 then 'winner'
        when {{ arm }}.adjusted_p_value < {{ rules }}.alpha and {{ arm }}.lift < 0 then 'loser'
        when {{ arm }}.mde <= {{ rules }}.relevant_lift then 'no_difference'
        when not {{ arm }}.is_control then 'underpowered'
    end
{%- endmacro %}
