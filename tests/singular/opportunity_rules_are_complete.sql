-- Every rule, flag and reason that a macro names has its row, and no row is left over.
{% set lists = {
    'timing_rules': ('rule', timing_rule_names()),
    'offer_rules': ('rule', offer_rule_names()),
    'timing_flags': ('flag', timing_flags()),
    'guard_reasons': ('reason', guard_reasons()),
} -%}
{% for seed, (column, names) in lists.items() %}
select
    '{{ seed }}' as seed,
    count(*) as rows_found
from {{ ref(seed) }}
having
    count(*) <> {{ names | length }}
    or count(case when {{ column }} in ('{{ names | join("', '") }}') then 1 end) <> {{ names | length }}
{{ 'union all' if not loop.last }}
{% endfor %}
