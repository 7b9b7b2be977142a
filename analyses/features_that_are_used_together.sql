-- Which features do the same accounts use in the same month, month by month up to the last complete one?
-- `months_as_rule` counts the months in which the pair passes the limits of seed affinity_rules. Features that come
-- with one plan pass easily: that is packaging. Where use is random no pair ever passes.
with

usage_daily as (

    select * from {{ ref('int_usage_daily') }}
    where feature_key <> 'login'

),

months as (

    select * from {{ ref('int_months') }}

),

rules as (

    {{ rules_as_columns('affinity_rules', [
        'min_accounts', 'min_both', 'min_support', 'min_confidence', 'lift_floor', 'wilson_z',
    ], exact=true) }}

),

baskets as (

    select distinct
        months.month,
        usage_daily.account_id,
        usage_daily.feature_key
    from usage_daily
    inner join months on usage_daily.occurred_on >= months.month and usage_daily.occurred_on <= months.month_end

),

{{ count_pairs('baskets', 'feature_key') }},

measured as (

    select
        counted_pairs.*,
        {{ wilson_low(
            'counted_pairs.n_both', 'counted_pairs.n_antecedent',
            ratio('rules.wilson_z_numerator', 'rules.wilson_z_denominator')
        ) }} as confidence_low
    from counted_pairs
    cross join rules

),

judged as (

    select
        measured.*,
        {{ ratio('measured.n_both', 'measured.n_antecedent') }} as confidence,
        {{ is_affinity_rule('measured', 'rules') }} as is_rule
    from measured
    cross join rules

)

select
    antecedent as feature,
    consequent as other_feature,
    count(*) as months_together,
    sum(case when is_rule then 1 else 0 end) as months_as_rule,
    max(month) as last_month_together,
    max_by(n_antecedent, month) as accounts_with_feature,
    max_by(n_both, month) as accounts_with_both,
    max_by(confidence, month) as confidence
from judged
group by antecedent, consequent
order by months_as_rule desc, accounts_with_both desc, feature asc, other_feature asc
