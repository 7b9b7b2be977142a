"""Two relations, cell by cell: exact for everything but doubles, in any order of rows."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

Row = tuple[Any, ...]

RELATIVE = 1e-12
# The mark of a counted day is each engine's own.
STATE_COLUMNS = ("day_mark", "file_mark")
_SHOWN = 3
_SEARCHED = 2_000


@dataclass(frozen=True)
class Relation:
    """A relation of a DuckDB build; `is_mart` ones must agree in their types too."""

    schema: str
    name: str
    is_mart: bool

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


def differences(con: duckdb.DuckDBPyConnection, relation: Relation, folder: Path) -> list[str]:
    """What differs between a DuckDB relation and the Parquet files that Spark wrote for it.

    Empty where nothing does; else lines that name the first differing cells.
    """
    files = sorted(folder.glob("*.parquet"))
    if not files:
        return [f"{relation}: not built on Spark"]
    there = f"read_parquet({[str(file) for file in files]})"
    left, right = _columns(con, str(relation)), _columns(con, there)
    if list(left) != list(right):
        return [f"{relation}: columns {list(left)} on DuckDB, {list(right)} on Spark"]
    types = {name: _common_type(left[name], right[name]) for name in left}
    lines = [
        f"{relation}: {name} is {left[name]} on DuckDB, {right[name]} on Spark"
        for name in left
        if types[name] is None or (relation.is_mart and left[name] != right[name])
    ]
    if lines:
        return lines
    cells = ", ".join(
        f'cast("{name}" as {type_name}) as "{name}"' for name, type_name in types.items()
    )
    here_rows = f"select {cells} from {relation}"
    there_rows = f"select {cells} from {there}"
    only_here = con.execute(f"{here_rows} except all {there_rows} order by all").fetchall()
    only_there = con.execute(f"{there_rows} except all {here_rows} order by all").fetchall()
    doubles = [place for place, name in enumerate(types) if types[name] == "DOUBLE"]
    only_here, only_there = _unmatched(only_here, only_there, doubles)
    return _describe(str(relation), list(types), only_here, only_there)


def _columns(con: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    rows = con.execute(f"describe select * from {relation}").fetchall()
    return {row[0]: row[1] for row in rows if row[0] not in STATE_COLUMNS}


def _common_type(left: str, right: str) -> str | None:
    """A type that holds the values of both, None where there is none."""
    if left == right:
        return left
    scales = [_scale(left), _scale(right)]
    if None in scales:
        numbers = {left, right} - {"DOUBLE"}
        return "DOUBLE" if len(numbers) == 1 and _scale(numbers.pop()) is not None else None
    return f"DECIMAL(38,{max(scale for scale in scales if scale is not None)})"


def _scale(type_name: str) -> int | None:
    """Decimal places of an exact number type, None for any other type."""
    if type_name.startswith("DECIMAL"):
        return int(type_name.rstrip(")").rpartition(",")[2])
    return 0 if type_name in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT") else None


def _unmatched(
    here: list[Row], there: list[Row], doubles: list[int]
) -> tuple[list[Row], list[Row]]:
    """Rows that have no partner whose doubles are close enough."""
    if not doubles:
        return here, there
    partners: dict[Row, list[Row]] = defaultdict(list)
    for row in there:
        partners[_exact(row, doubles)].append(row)
    alone = []
    for row in here:
        candidates = partners[_exact(row, doubles)]
        close = next((other for other in candidates if _is_close(row, other, doubles)), None)
        if close is None:
            alone.append(row)
        else:
            candidates.remove(close)
    return alone, [row for rows in partners.values() for row in rows]


def _exact(row: Row, doubles: list[int]) -> Row:
    return tuple(cell for place, cell in enumerate(row) if place not in doubles)


def _is_close(row: Row, other: Row, doubles: list[int]) -> bool:
    return all(_close_cells(row[place], other[place]) for place in doubles)


def _close_cells(cell: float | None, other: float | None) -> bool:
    if cell is None or other is None:
        return cell is other
    if math.isnan(cell) or math.isnan(other):
        return math.isnan(cell) and math.isnan(other)
    return math.isclose(cell, other, rel_tol=RELATIVE, abs_tol=0)


def _describe(relation: str, names: list[str], here: list[Row], there: list[Row]) -> list[str]:
    if not here and not there:
        return []
    lines = [f"{relation}: {len(here)} rows only on DuckDB, {len(there)} only on Spark"]
    rest = there[:_SEARCHED]
    for row in here[:_SHOWN]:
        if not rest:
            lines.append(f"  only on DuckDB: {_shown(names, row, range(len(names)))}")
            continue
        nearest = max(rest, key=lambda other: _agreements(row, other))
        rest.remove(nearest)
        apart = [place for place in range(len(names)) if row[place] != nearest[place]]
        alike = [place for place in range(len(names)) if place not in apart][:6]
        lines.append(f"  where {_shown(names, row, alike)}")
        lines += [
            f"    {names[at]}: {row[at]!r} on DuckDB, {nearest[at]!r} on Spark" for at in apart
        ]
    if not here:
        lines += [
            f"  only on Spark: {_shown(names, row, range(len(names)))}" for row in rest[:_SHOWN]
        ]
    return lines


def _agreements(row: Row, other: Row) -> int:
    return sum(cell == its for cell, its in zip(row, other, strict=True))


def _shown(names: list[str], row: Row, places: list[int] | range) -> str:
    return ", ".join(f"{names[place]}={row[place]!r}" for place in places)
