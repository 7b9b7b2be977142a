"""The last twelve months of a figure as a line of blocks, for the closing summary."""

from __future__ import annotations

from collections.abc import Sequence, Set

import duckdb

MONTHS = 12
_BLOCKS = "▁▂▃▄▅▆▇█"
# Figure, mart, column and which of its rows.
_TRENDS = (
    ("mrr", "kpi_mrr_bridge", "closing_mrr", "true"),
    ("nrr_12m", "kpi_nrr", "nrr", "retention_window = '12m'"),
)


def measure_trends(
    con: duckdb.DuckDBPyConnection, tables: Set[str]
) -> dict[str, list[float | None]]:
    """The figures of the company by month, the oldest first, as the board saw them."""
    return {
        name: _values(con, mart, column, where)
        for name, mart, column, where in _TRENDS
        if mart in tables
    }


def _values(
    con: duckdb.DuckDBPyConnection, mart: str, column: str, where: str
) -> list[float | None]:
    found = con.execute(
        f"select cast({column} as double) from {mart} where segment_type = 'all' and {where} "
        f"and basis = (select min(basis) from {mart}) order by month desc limit {MONTHS}"
    ).fetchall()
    return [value for (value,) in reversed(found)]


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
