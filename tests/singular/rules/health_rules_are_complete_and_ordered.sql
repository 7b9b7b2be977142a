-- A version without one of its rules scores nothing, and the memory of the bands holds only for limits in this order.
select score_version
from {{ ref('int_health_versions') }}
where
    not (
        red_enters_below <= red_leaves_from
        and red_leaves_from <= green_leaves_below
        and green_leaves_below <= green_enters_from
    )
    {% for rule in health_rule_names() -%}
    or {{ rule }} is null
    {% endfor %}
