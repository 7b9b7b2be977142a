-- Without its row a rule would be empty and the condition it decides would never hold; a row that nobody reads would
-- change nothing. Where a seed has several sets of rules, each set has all of them,
-- a score version its own or its base's.
{% set seeds = {
    'affinity_rules': none,
    'alert_rules': none,
    'billing_rules': none,
    'customer_tier_rules': none,
    'experiment_rules': none,
    'health_backtest_rules': none,
    'health_rules': 'score_version',
    'interval_rules': none,
    'offer_rules': none,
    'rfm_rules': none,
    'timing_rules': none,
    'upsell_rules': none,
    'usage_rules': none,
} -%}
{%- set reads = rules_that_are_read() if execute else [] -%}
{%- for read in reads if read.seed not in seeds -%}
    {{ exceptions.raise_compiler_error("name " ~ read.seed ~ " among the seeds of this test") }}
{%- endfor -%}
with

found as (

    {% for seed, per in seeds.items() -%}
    select
        '{{ seed }}' as seed,
        {{ per or "'all'" }} as rule_set,
        rule
    from (
        {{ rows_of_versions(seed, ['rule']) if per == 'score_version' else 'select * from ' ~ ref(seed) }}
    ) as rules_of_seed
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- The empty row is for a project without a reader.
named as (

    {% for read in reads -%}
    select
        '{{ read.seed }}' as seed,
        '{{ read.rule }}' as rule
    union distinct
    {% endfor -%}
    select
        null as seed,
        null as rule

),

rule_sets as (

    select distinct
        seed,
        rule_set
    from found

),

expected as (

    select
        rule_sets.seed,
        rule_sets.rule_set,
        named.rule
    from rule_sets
    inner join named on rule_sets.seed = named.seed

)

select
    coalesce(expected.seed, found.seed) as seed,
    coalesce(expected.rule_set, found.rule_set) as rule_set,
    coalesce(expected.rule, found.rule) as rule,
    case when found.rule is null then 'no row' else 'read by no model' end as trouble
from expected
full outer join found
    on
        expected.seed = found.seed
        and expected.rule_set = found.rule_set
        and expected.rule = found.rule
where expected.rule is null or found.rule is null
