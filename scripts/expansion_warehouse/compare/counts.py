"""How many accounts, offers and alerts two runs count under each band, segment, tier and reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from expansion_warehouse.compare.sides import Rows, have, rows_of
from expansion_warehouse.engine.sql import literal


@dataclass(frozen=True)
class Count:
    """What is counted: its query gives month, value and number of the run `{side}`.

    What stands as of a day has no month. `needs` are the marts with their columns.
    """

    needs: Mapping[str, tuple[str, ...]]
    query: str


COUNTS = {
    "health_band_accounts": Count(
        {"fct_health_scores": ("month", "health_band")},
        "select month, health_band as value, count(*) as number "
        "from {side}.fct_health_scores group by all",
    ),
    # MRR as it is known now, as the report shows it.
    "health_band_mrr": Count(
        {
            "fct_health_scores": ("account_id", "month", "health_band"),
            "fct_mrr": ("account_id", "month", "basis", "mrr"),
        },
        "select month, health_band as value, sum(mrr) as number from {side}.fct_health_scores "
        "inner join {side}.fct_mrr using (account_id, month) "
        "where basis = 'restated' group by all",
    ),
    "rfm_segment_accounts": Count(
        {"fct_rfm": ("month", "rfm_basis", "rfm_segment")},
        "select month, rfm_segment || ' by ' || rfm_basis as value, count(*) as number "
        "from {side}.fct_rfm where rfm_segment is not null group by all",
    ),
    "customer_tier_accounts": Count(
        {"fct_customer_tiers": ("month", "customer_tier")},
        "select month, customer_tier as value, count(*) as number "
        "from {side}.fct_customer_tiers group by all",
    ),
    "offers": Count(
        {"fct_upsell_opportunities": ("priority", "is_eligible")},
        "select cast(null as date) as month, case when priority is not null then 'ready' "
        "when is_eligible then 'waiting for their time' else 'blocked' end as value, "
        "count(*) as number from {side}.fct_upsell_opportunities group by all",
    ),
    "blocked_offers": Count(
        {"fct_upsell_opportunities": ("blocked_reasons",)},
        "select cast(null as date) as month, value, count(*) as number from ("
        "select unnest(string_split(blocked_reasons, '|')) as value "
        "from {side}.fct_upsell_opportunities where blocked_reasons <> '') group by all",
    ),
    "open_alerts": Count(
        {"fct_alerts": ("alert_kind", "is_open")},
        "select cast(null as date) as month, alert_kind as value, count(*) as number "
        "from {side}.fct_alerts where is_open group by all",
    ),
}

_DIFFERENCES = """
with
were as ({before}),
are as ({now}),
shared as (select month from were intersect select month from are)
select
    {subject} as subject,
    coalesce(were.month, are.month) as month,
    coalesce(were.value, are.value) as value,
    coalesce(were.number, 0) as was,
    coalesce(are.number, 0) as now
from were
full join are on were.month is not distinct from are.month and were.value = are.value
where
    coalesce(were.number, 0) <> coalesce(are.number, 0)
    and (
        coalesce(were.month, are.month) is null
        or coalesce(were.month, are.month) in (select month from shared where month is not null)
    )
order by month desc, value
"""


def changed_counts(con: duckdb.DuckDBPyConnection) -> Rows:
    """The counts that differ, in months that both runs have; what one run lacks is left out."""
    found: Rows = []
    for subject, count in COUNTS.items():
        if all(have(con, mart, *columns) for mart, columns in count.needs.items()):
            sides = {side: count.query.format(side=side) for side in ("before", "now")}
            found += rows_of(con, _DIFFERENCES.format(subject=literal(subject), **sides))
    return found
