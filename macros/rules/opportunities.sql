{#- Timing flags that there are, each the column of its reason; T11, accounts that look like upgraded ones, is a model of
    its own kind. -#}
{% macro timing_flags() %}
    {{ return([
        'renewal_near', 'adopted', 'limit_reached', 'limit_near', 'mid_term', 'usage_rising', 'fresh_success',
        'business_change', 'limit_question', 'upper_plan_use', 'review_month', 'review_overdue', 'first_year',
        'just_bought', 'budget_season', 'below_peers', 'dormant',
    ]) }}
{% endmacro %}

{#- What an event means by its kind; a kind without a row in `timing_event_kinds` (CTE `kinds`) means nothing. -#}
{% macro meanings_of_event() -%}
    {%- for meaning in ['is_success', 'is_business_change', 'is_limit_question', 'is_review'] -%}
    coalesce(kinds.{{ meaning }}, false) as {{ meaning }}{{ '' if loop.last else ',' }}
    {% endfor -%}
{%- endmacro %}

{#- A day from so many calendar months before another day to so many before it, both included. -#}
{% macro in_months_before(day, anchor, months_from, months_to) -%}
    {{ day }} >= {{ add_months(anchor, '-' ~ months_from) }} and {{ day }} <= {{ add_months(anchor, '-' ~ months_to) }}
{%- endmacro %}

{#- A day from so many calendar months after another day to so many after it, both included. -#}
{% macro in_months_after(day, anchor, months_from, months_to) -%}
    {{ day }} >= {{ add_months(anchor, months_from) }} and {{ day }} <= {{ add_months(anchor, months_to) }}
{%- endmacro %}

{#- Whether a condition holds for any row of a group: NULL where it is unknown for all. -#}
{% macro any_true(condition) -%}
    max(case when {{ condition }} then 1 when not ({{ condition }}) then 0 end) = 1
{%- endmacro %}

{#- Why an offer is blocked: each guard with the reasons that set it off, in the order of
    specification/offers.md#5.1 and of `guard_reasons.csv`. -#}
{% macro offer_guards() %}
    {{ return({
        'guard_health': ['health_red', 'health_low', 'insufficient_data', 'gone_quiet'],
        'guard_yellow_health': ['health_yellow'],
        'guard_tenure': ['onboarding'],
        'guard_dissatisfied': ['severe_ticket_open', 'low_csat', 'detractor'],
        'guard_notice_or_unpaid': ['cancel_notice', 'past_due'],
        'guard_recent_proposal': ['proposed_recently', 'refused_recently'],
        'guard_not_sellable': ['top_plan', 'prerequisite_missing', 'already_agreed'],
        'guard_no_contact': ['do_not_contact', 'holdout'],
        'guard_low_use': ['low_utilisation'],
        'guard_open_talks': ['proposal_open', 'contacted_often', 'renewal_first'],
        'guard_refused_data': ['guard_data_refused'],
    }) }}
{% endmacro %}

{#- All of these reasons in order. -#}
{% macro guard_reasons() %}
    {{ return(offer_guards().values() | sum(start=[])) }}
{% endmacro %}

{#- Parts of the expansion score. -#}
{% macro expansion_parts() %}
    {{ return(['contract_amount', 'tenure', 'utilisation', 'headroom', 'satisfaction']) }}
{% endmacro %}

{#- amount x part / whole in the reporting currency (a CTE `reporting` has its digits), exact until it is rounded to six
    decimals and then to the minor unit. NULL where the whole is 0 or it is more than money can be. -#}
{% macro share_of_money(amount, part, whole) -%}
    case
        when
            {{ whole }} > 0
            and {{ rough_amount(amount, part) }} / cast({{ whole }} as double) <= {{ largest_amount() }}
            then cast({{ round_to_minor_unit(
            'cast(cast(' ~ multiply_divide(
                exact_integer(amount, '1000000'), exact_integer(part, '10000'), exact_integer(whole, '10000')
            ) ~ ' as decimal(30, 0)) * cast(0.000001 as decimal(6, 6)) as decimal(36, 6))',
            'reporting.minor_unit_digits'
        ) }} as decimal(19, 3))
    end
{%- endmacro %}

{#- The smallest whole number of seats of which those in use are at most the given share. -#}
{% macro seats_for(used, share) -%}
    {%- set units = exact_integer(share, '1000000') -%}
    cast({{ integer_quotient(
        exact_integer(used, '1000000') ~ ' + ' ~ units ~ ' - 1', units
    ) }} as decimal(18, 4))
{%- endmacro %}

{#- Identity of an offer. -#}
{% macro offer_id(offer_class, product_id, plan_id) -%}
    {{ offer_class }} || '|' || {{ product_id }} || '|' || coalesce({{ plan_id }}, '')
{%- endmacro %}

{#- A price step on one side of a bound, compared as amounts so that no quotient can miss it; wider than an amount,
    because DuckDB keeps a product of 18 digits to 18 digits. -#}
{% macro gap_at_least(delta, current, bound, includes) -%}
    (
        {{ delta }} > {{ bound }} * cast({{ current }} as decimal(29, 3))
        or ({{ includes }} and {{ delta }} = {{ bound }} * cast({{ current }} as decimal(29, 3)))
    )
{%- endmacro %}

{% macro gap_at_most(delta, current, bound, includes) -%}
    (
        {{ delta }} < {{ bound }} * cast({{ current }} as decimal(29, 3))
        or ({{ includes }} and {{ delta }} = {{ bound }} * cast({{ current }} as decimal(29, 3)))
    )
{%- endmacro %}

{#- A price step of a row of `price_gap_bands`; nothing compares with nothing. -#}
{% macro is_in_gap_band(delta, current, bands) -%}
    {{ current }} > 0
    and {{ gap_at_least(delta, current, bands ~ '.gap_from', bands ~ '.includes_from') }}
    and {{ gap_at_most(delta, current, bands ~ '.gap_to', bands ~ '.includes_to') }}
{%- endmacro %}

{#- Chance to win an offer, drawn towards a share that stands for so many proposals. -#}
{% macro shrunk_win_rate(wins, proposals, prior_rate, prior_proposals) -%}
    {{ ratio(wins ~ ' + ' ~ prior_rate ~ ' * ' ~ prior_proposals, proposals ~ ' + ' ~ prior_proposals) }}
{%- endmacro %}

{#- Chance to win a step of the standard size, 10 to 30 %: harder steps count as so many of these as `win_factor` says. -#}
{% macro standard_win_rate(wins, expected, prior_wins, prior_proposals) -%}
    least({{ ratio(wins ~ ' + ' ~ prior_wins, expected ~ ' + ' ~ prior_proposals) }}, cast(1 as double))
{%- endmacro %}

{#- What an offer is worth for ordering. Every argument is a double or an exact number. -#}
{% macro expected_value(p_win, gain, gain_margin, p_harm, mrr, mrr_margin, months, cost) -%}
    {{ money_from_ratio(
        '(' ~ p_win ~ ' * cast(' ~ gain ~ ' as double) * ' ~ months ~ ' * cast(' ~ gain_margin ~ ' as double)'
        ~ ' - cast(' ~ p_harm ~ ' as double) * cast(' ~ mrr ~ ' as double) * ' ~ months
        ~ ' * cast(' ~ mrr_margin ~ ' as double) - cast(' ~ cost ~ ' as double))'
    ) }}
{%- endmacro %}

{#- Points from 0 to 100 for the place of a value within its group. -#}
{% macro percentile_points(value, partition_by) -%}
    cast(
        50 * {{ ratio(
            '2 * rank() over (partition by ' ~ partition_by ~ ' order by ' ~ value ~ ') - 3 + count(*) over (partition by '
            ~ partition_by ~ ', ' ~ value ~ ')',
            'count(*) over (partition by ' ~ partition_by ~ ') - 1'
        ) }}
        as decimal(18, 10)
    )
{%- endmacro %}

{#- Rows that a guard would have read had they not been refused: by table the staged relation, its key and account, why a
    row is refused, what makes it one that the guard minds, and the days from which and until which it does. Needs the
    columns csat_to, csat_days, nps_days, severe_to, proposed_days and default_due_days of a CTE `rules`. -#}
{% macro guarded_tables() %}
    {{ return({
        'accounts': {
            'relation': ref('stg_accounts'), 'key': 'account_id', 'account': 'account_id', 'reason': 'quarantine_reason',
            'minded': "staged.do_not_contact or staged._reject_column = 'do_not_contact'",
        },
        'contacts': {
            'relation': ref('stg_contacts'), 'key': 'contact_id', 'account': 'account_id', 'reason': 'quarantine_reason',
            'minded': "coalesce(staged.role, 'decision_maker') = 'decision_maker' and (staged.do_not_contact "
                ~ "or staged.opted_out_on is not null or staged.erased_on is not null "
                ~ "or staged._reject_column in ('do_not_contact', 'opted_out_on', 'erased_at'))",
            'from': 'case when not staged.do_not_contact then least(staged.opted_out_on, staged.erased_on) end',
        },
        'contract_lines': {
            'relation': ref('int_contract_lines_checked'), 'key': 'contract_line_id', 'account': 'owner_account_id',
            'reason': 'checked_reason',
            'minded': "staged.cancel_notice_on is not null or staged._reject_column in ('cancel_notice_on', 'terminated_on') or "
                ~ is_day_stated_in_vain('cancel_notice_on') ~ ' or ' ~ is_day_stated_in_vain('terminated_on'),
            'from': 'staged.cancel_notice_on', 'until': 'coalesce(staged.terminated_on, staged.ends_on)',
        },
        'invoices': {
            'relation': ref('stg_invoices'), 'key': 'invoice_id', 'account': 'account_id', 'reason': 'quarantine_reason',
            'minded': "coalesce(staged.kind, 'invoice') = 'invoice' and staged.paid_on is null",
            'from': due_on('staged', 'rules'),
        },
        'support_tickets': {
            'relation': ref('stg_support_tickets'), 'key': 'ticket_id', 'account': 'account_id',
            'reason': 'quarantine_reason',
            'minded': 'coalesce(staged.severity, 1) <= rules.severe_to or staged.csat <= rules.csat_to',
            'from': 'staged.opened_on',
            'until': add_days('staged.closed_on', 'case when staged.csat <= rules.csat_to then rules.csat_days else 0 end'),
        },
        'survey_responses': {
            'relation': ref('stg_survey_responses'), 'key': 'response_id', 'account': 'account_id',
            'reason': 'quarantine_reason',
            'minded': "coalesce(staged.survey, 'nps') in ('nps', 'csat')",
            'from': 'staged.responded_on',
            'until': add_days(
                'staged.responded_on', "case when staged.survey = 'csat' then rules.csat_days else rules.nps_days end - 1"
            ),
        },
        'proposals': {
            'relation': ref('stg_proposals'), 'key': 'proposal_id', 'account': 'account_id', 'reason': 'quarantine_reason',
            'minded': "coalesce(staged.outcome, 'open') = 'open' or coalesce(staged.proposed_on, staged.candidate_on, "
                ~ 'staged.closed_on) is not null',
            'from': 'coalesce(staged.proposed_on, staged.candidate_on)',
            'until': add_days('greatest(staged.closed_on, staged.proposed_on, staged.candidate_on)', 'rules.proposed_days - 1'),
        },
    }) }}
{% endmacro %}

{#- A day in a sentence, year first. -#}
{% macro day_as_text(day) -%}
    cast(cast({{ day }} as date) as {{ dbt.type_string() }})
{%- endmacro %}

{#- What a meter measures, in a sentence. -#}
{% macro meter_in_words(meter) -%}
    case {{ meter }} when 'storage_gb' then 'GB of storage' when 'api_calls' then 'API calls' else {{ meter }} end
{%- endmacro %}

{#- The difference of two shares whose columns have Wilson bounds beside them (`_low`, `_high`), or one of its bounds. -#}
{% macro difference_of_rates(first, second, side=none) -%}
    {%- if side == '-' -%}
    {{ newcombe_bound(first, first ~ '_low', second, second ~ '_high', '-') }}
    {%- elif side == '+' -%}
    {{ newcombe_bound(first, first ~ '_high', second, second ~ '_low', '+') }}
    {%- else -%}
    {{ first }} - {{ second }}
    {%- endif -%}
{%- endmacro %}

{#- What may be said of a guard, first match wins: it protects where those whom it holds back are lost clearly more often
    than those like them to whom something was offered. -#}
{% macro guard_verdict() -%}
    case
        when not is_weighed then 'not_weighed'
        when blocked_accounts = 0 or similar_accounts = 0 then 'no_evidence'
        when least(blocked_accounts, similar_accounts) < guard_min_accounts then 'too_few'
        when excess_loss_rate_low > 0 then 'protects'
        when expected_mrr_forgone > 0 then 'costs_and_protects_nothing'
        else 'costs_nothing'
    end
{%- endmacro %}
