"""Which input brings which part of a run to life: counted when it is published, shown afterwards.

What the parts are and which raw tables feed them are rows of the seeds `coverage_parts` and
`coverage_inputs`. Nothing is computed but how many things a mart has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.engine.database import open_read_only

_NOUNS = {"account_id": "account", "experiment_id": "experiment", "month": "month"}
_SEEDS = ("coverage_parts", "coverage_inputs")


@dataclass(frozen=True)
class Input:
    """A raw table that feeds a part; `state` is present, empty or absent."""

    table: str
    need: str
    brings: str
    state: str


@dataclass(frozen=True)
class Part:
    """A part with what feeds it. It is fed where every table that it cannot do without has rows."""

    part: str
    title: str
    mart: str
    count: int
    counted: str
    is_fed: bool
    inputs: tuple[Input, ...]

    @property
    def lacking(self) -> list[str]:
        """Tables without which the part is empty; of some that would do each, all."""
        return [] if self.is_fed else _wanted(self.inputs)

    @property
    def lacking_in_words(self) -> str:
        """The same as a sentence goes on: all that are needed, and one of those that would do."""
        choice = {found.table for found in self.inputs if found.need == "one_of"}
        needed = [table for table in self.lacking if table not in choice]
        either = " or ".join(table for table in self.lacking if table in choice)
        return ", ".join([*needed, either] if either else needed)

    @property
    def poorer(self) -> list[str]:
        """Tables that would add to the part."""
        return [
            found.table
            for found in self.inputs
            if found.state != "present" and found.table not in self.lacking
        ]


@dataclass(frozen=True)
class Addition:
    """A raw table that a run lacks: parts it would bring to life, and parts it would add to."""

    table: str
    state: str
    revives: tuple[str, ...]
    adds_to: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """What `warehouse status --coverage` says of a run."""

    run_id: str
    parts: tuple[Part, ...]
    additions: tuple[Addition, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same for programs."""
        parts = [
            {**asdict(part), "lacking": part.lacking, "poorer": part.poorer} for part in self.parts
        ]
        additions = [asdict(addition) for addition in self.additions]
        return {"run_id": self.run_id, "parts": parts, "additions": additions}


def measure_parts(con: duckdb.DuckDBPyConnection, database: Path) -> list[dict[str, Any]]:
    """The parts of the marts behind `con`, by the seeds of the build they are from.

    Parts whose mart the project does not publish are left out; without the seeds there are none.
    """
    parts, inputs = _read_seeds(database)
    columns: dict[str, set[str]] = {}
    for table, column in con.execute(
        "select table_name, column_name from duckdb_columns()"
    ).fetchall():
        columns.setdefault(table, set()).add(column)
    return [
        {
            **{name: part[name] for name in ("part", "title", "mart", "counted")},
            "count": _count(con, part, columns[part["mart"]]),
            "inputs": [
                {"table": row["raw_table"], "need": row["need"], "brings": row["brings"]}
                for row in inputs
                if row["part"] == part["part"]
            ],
        }
        for part in parts
        if part["mart"] in columns
    ]


def _read_seeds(database: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    with open_read_only(database) as con:
        found = con.execute(
            "select count(*) from duckdb_tables() "
            "where schema_name = 'rules' and table_name in (?, ?)",
            _SEEDS,
        ).fetchone()
        if not found or found[0] < len(_SEEDS):
            return [], []
        return (
            _rows(con, "from rules.coverage_parts order by position"),
            _rows(con, "from rules.coverage_inputs order by part, need desc, raw_table"),
        )


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _count(con: duckdb.DuckDBPyConnection, part: Mapping[str, Any], columns: set[str]) -> int:
    """How many different things a part has; of a mart with months those of the newest."""
    mart, conditions, values = part["mart"], [], []
    if part["filled"]:
        conditions.append(f'"{part["filled"]}" is not null')
    if part["where_column"]:
        conditions.append(f'"{part["where_column"]}" = ?')
        values.append(part["where_value"])
    if "month" in columns and part["counted"] != "month":
        conditions.append(f'month = (select max(month) from "{mart}")')
    where = f" where {' and '.join(conditions)}" if conditions else ""
    found = con.execute(
        f'select count(distinct "{part["counted"]}") from "{mart}"{where}', values
    ).fetchone()
    return int(found[0]) if found else 0


def coverage_of(run_id: str, manifest: Mapping[str, Any]) -> Coverage | None:
    """What a run says of its parts; None where an earlier version published it."""
    measured = (manifest.get("headline") or {}).get("parts")
    if not measured:
        return None
    states = {row["table"]: row["state"] for row in manifest.get("coverage") or []}
    parts = tuple(_part(row, states) for row in measured)
    return Coverage(run_id, parts, tuple(_additions(parts, states)))


def _part(row: Mapping[str, Any], states: Mapping[str, str]) -> Part:
    # A run lists the states of optional tables; the others are always there.
    inputs = tuple(
        Input(found["table"], found["need"], found["brings"], states.get(found["table"], "present"))
        for found in row["inputs"]
    )
    return Part(
        part=row["part"],
        title=row["title"],
        mart=row["mart"],
        count=row["count"],
        counted=_NOUNS.get(row["counted"], "row"),
        is_fed=not _wanted(inputs),
        inputs=inputs,
    )


def _wanted(inputs: Sequence[Input]) -> list[str]:
    """Tables that are not there and without which nothing comes of the others."""
    needed = [x.table for x in inputs if x.need == "needed" and x.state != "present"]
    choice = [x for x in inputs if x.need == "one_of"]
    if any(x.state == "present" for x in choice):
        return needed
    return needed + [x.table for x in choice]


def _additions(parts: Sequence[Part], states: Mapping[str, str]) -> list[Addition]:
    """Missing tables, first those that most parts are empty without, then those that add to most.

    A table that brings nothing to life alone, because the part lacks another one too, adds to it.
    """
    additions = []
    for table, state in states.items():
        if state == "present":
            continue
        revives = [part.title for part in parts if _revives(part, table)]
        adds = [
            part.title
            for part in parts
            if part.title not in revives and table in (*part.lacking, *part.poorer)
        ]
        additions.append(Addition(table, state, tuple(revives), tuple(adds)))
    return sorted(additions, key=lambda x: (-len(x.revives), -len(x.adds_to)))


def _revives(part: Part, table: str) -> bool:
    if table not in part.lacking:
        return False
    with_it = [
        Input(x.table, x.need, x.brings, "present" if x.table == table else x.state)
        for x in part.inputs
    ]
    return not _wanted(with_it)


def missing_for(part_name: str, manifest: Mapping[str, Any]) -> str:
    """Raw tables for want of which a part of a run is empty for everybody, in words."""
    found = coverage_of("", manifest)
    parts = found.parts if found else ()
    return next((part.lacking_in_words for part in parts if part.part == part_name), "")


def coverage_lines(coverage: Coverage) -> list[tuple[str, str, str]]:
    """The parts for a person: title, how many have it, and what is missing."""
    lines = []
    for part in coverage.parts:
        if part.is_fed:
            noun = part.counted if part.count == 1 else f"{part.counted}s"
            have = f"{part.count:,} {noun}" if part.count else "nothing yet"
            more = f"more with {', '.join(part.poorer)}" if part.poorer else ""
            lines.append((part.title, have, more))
        else:
            lines.append((part.title, "–", f"needs {part.lacking_in_words}"))
    return lines
