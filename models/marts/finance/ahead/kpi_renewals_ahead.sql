with

terms as (

    select * from {{ ref('fct_renewals_ahead') }}

),

rules as (

    {{ rules_as_columns('billing_rules', ['ahead_months']) }}

),

-- Whole fiscal quarters, so that a quarter is the sum of its months.
bounds as (

    select
        {{ month_start(as_of_date()) }} as first_month,
        {{ add_months(
            fiscal_quarter_start(add_months(month_start(as_of_date()), 'ahead_months - 1')), 2
        ) }} as last_month
    from rules

),

months as (

    {{ month_series('first_month', 'last_month') }}
    from bounds

),

periods as (

    select
        'month' as period_type,
        month as period,
        month,
        {{ month_name('month') }} as period_label,
        {{ month_end('month') }} as period_end
    from months
    union all
    select
        'quarter' as period_type,
        {{ fiscal_quarter_start('month') }} as period,
        month,
        {{ fiscal_quarter_label('month') }} as period_label,
        {{ month_end(add_months(fiscal_quarter_start('month'), 2)) }} as period_end
    from months

)

select
    periods.period_type,
    periods.period,
    periods.period_label,
    periods.period_end,
    periods.period < {{ as_of_date() }} as is_partial,
    cast(count(terms.contract_line_id) as integer) as due_terms,
    cast(count(distinct terms.account_id) as integer) as due_accounts,
    cast(coalesce(sum(terms.due_mrr), 0) as decimal(19, 3)) as due_mrr,
    {% for state in ['open', 'at_risk', 'notice', 'renewed_early'] -%}
    cast(sum(case when terms.renewal_state = '{{ state }}' then terms.due_mrr else 0 end) as decimal(19, 3))
        as {{ state }}_mrr,
    {% endfor -%}
    {% for band in ['green', 'yellow', 'red'] -%}
    cast(sum(case when terms.health_band = '{{ band }}' then terms.due_mrr else 0 end) as decimal(19, 3))
        as {{ band }}_mrr,
    {% endfor -%}
    cast(sum(case
        when coalesce(terms.health_band, 'none') not in ('green', 'yellow', 'red') then coalesce(terms.due_mrr, 0)
        else 0
    end) as decimal(19, 3)) as unscored_mrr,
    cast(sum(case
        when terms.renewal_state in ('open', 'at_risk') and terms.open_proposals = 0 then terms.due_mrr
        else 0
    end) as decimal(19, 3)) as unproposed_mrr
from periods
left join terms on periods.month = terms.month
group by periods.period_type, periods.period, periods.period_label, periods.period_end
