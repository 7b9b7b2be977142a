"""The last twelve months of a figure as a line of blocks, for the closing summary."""

from __future__ import annotations

from collections.abc import Sequence, Set

import duckdb

MONTHS = 12
_BLOCKS = "▁▂▃▄▅▆▇█"
_MRR = """
select cast(closing_mrr as double) from kpi_mrr_bridge
where segment_type = 'all' and basis = (select min(basis) from kpi_mrr_bridge)
order by month desc
"""
_NRR = """
select cast(nrr as double) from kpi_nrr
where segment_type = 'all' and retention_window = '12m'
    and basis = (select min(basis) from kpi_nrr)
order by month desc
"""
# Each figure with the mart that it needs.
_TRENDS = {"mrr": ("kpi_mrr_bridge", _MRR), "nrr_12m": ("kpi_nrr", _NRR)}


def measure_trends(
    con: duckdb.DuckDBPyConnection, tables: Set[str]
) -> dict[str, list[float | None]]:
    """The figures of the company by month, the oldest first, as the board saw them."""
    return {
        name: [value for (value,) in reversed(con.execute(sql).fetchmany(MONTHS))]
        for name, (mart, sql) in _TRENDS.items()
        if mart in tables
    }


def blocks(values: Sequence[float | None]) -> str:
    """A block for each value, the lowest and the highest of them as low and high as there are.

    Nothing where there are no two values to compare.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, span = min(known), max(known) - min(known)
    top = len(_BLOCKS) - 1
    return "".join(
        " " if value is None else _BLOCKS[round((value - low) / span * top) if span else 0]
        for value in values
    )
