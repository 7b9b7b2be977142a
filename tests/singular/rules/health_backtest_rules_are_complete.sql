-- A verdict without one of its rules would be no verdict.
select count(*) as rules
from {{ ref('health_backtest_rules') }}
where
    rule in (
        {% for rule in backtest_thresholds() -%}
        '{{ rule }}',
        {% endfor -%}
        'contraction_share', 'replicates', 'interval'
    )
having count(*) <> {{ backtest_thresholds() | length + 3 }}
