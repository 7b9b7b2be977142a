"""The whole answer to one question: a cell, what it means, what it is made of, where that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.explain.cell import (
    Cell,
    columns_of,
    find_cell,
    parse_cell,
    parse_key,
    require_column,
)
from expansion_warehouse.explain.claims import CLAIMS, explained
from expansion_warehouse.explain.definitions import read_definitions
from expansion_warehouse.explain.work import (
    NOT_CLAIMED,
    beside,
    is_sealed,
    members,
    work,
)

# Types of a column that a value can be recomputed for.
_NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "INTEGER", "BIGINT", "HUGEINT", "SMALLINT")
# Columns of rows and of the cell's row whose values have a meaning in `definitions.json`.
_WORDED = (
    *("ended_by", "movement", "sub_movement", "driver"),
    *("status", "health_band", "interval_note"),
)
_LIST_OF = {"status": "scorecard_status"}


def answer(
    con: duckdb.DuckDBPyConnection,
    run: Mapping[str, Any],
    folder: Path,
    asked: str,
    said: Sequence[str],
) -> dict[str, Any]:
    """Explain the cell `asked` (`mart.column`) of the row that `said` names (`name=value` each).

    `run` is what run.json says, `con` reads the run's marts. Raises BadInput where there is no such
    cell.
    """
    mart, column = parse_cell(asked)
    require_column(con, mart, column)
    definitions = read_definitions(folder)
    if column not in explained(mart):
        facts = {"cell": {"mart": mart, "column": column}, **_meaning(con, mart, column)}
        others = list(explained(mart))
        return {
            **facts,
            "how": {"operation": None, "because": NOT_CLAIMED},
            "explained_columns": others,
            "run": _run(run),
        }
    cell = find_cell(con, mart, column, parse_key(said))
    return explain_cell(con, run, definitions, cell)


def explain_cell(
    con: duckdb.DuckDBPyConnection,
    run: Mapping[str, Any],
    definitions: Mapping[str, Any],
    cell: Cell,
) -> dict[str, Any]:
    """The answer for a cell that is claimed."""
    claim = CLAIMS[cell.mart]
    seals = run.get("seals") or {}
    how = work(con, cell, frozenset(seals), definitions["interval_rules"])
    near = beside(con, cell, how)
    words = {name: cell.row[name] for name in claim.words.split() if cell.row.get(name) is not None}
    month = cell.month
    return {
        "cell": {
            "mart": cell.mart,
            "column": cell.column,
            "key": dict(cell.key),
            "value": cell.value,
        },
        **_meaning(con, cell.mart, cell.column),
        "how": how,
        "words": words,
        **near,
        "rules": [
            {"at": f"docs/{rule}", "text": definitions["rules"].get(rule)} for rule in claim.rules
        ],
        "meanings": _meanings(definitions["words"], words, how, near),
        "seal": {"month": month, **seals[month]} if is_sealed(cell, frozenset(seals)) else None,
        "run": _run(run),
    }


def _meaning(con: duckdb.DuckDBPyConnection, mart: str, column: str) -> dict[str, Any]:
    table = con.execute(
        "select comment from duckdb_tables() where table_name = ? and schema_name = 'main'", [mart]
    ).fetchone()
    return {
        "definition": columns_of(con, mart)[column][1] or None,
        "of_mart": " ".join(table[0].split()) if table and table[0] else None,
    }


def _meanings(
    words: Mapping[str, Mapping[str, str]],
    row: Mapping[str, Any],
    how: Mapping[str, Any],
    near: Mapping[str, Any],
) -> dict[str, str]:
    """What the codes mean that the answer shows."""
    found: dict[str, str] = {}
    for shown in (row, *members(how), *near["drivers"], *near["lines"]):
        for name in _WORDED:
            meaning = words.get(_LIST_OF.get(name, name), {}).get(str(shown.get(name)))
            if meaning:
                found[str(shown[name])] = meaning
    for code in (str(row.get("blocked_reasons") or "")).split("|"):
        if code in words.get("blocked_reasons", {}):
            found[code] = words["blocked_reasons"][code]
    timing = words.get("timing_reason", {}).get(str(row.get("timing_reason")))
    if timing:
        found[str(row["timing_reason"])] = timing
    return dict(sorted(found.items()))


def _run(run: Mapping[str, Any]) -> dict[str, Any]:
    known_at = (run.get("vars") or {}).get("known_at")
    return {
        "run_id": run.get("run_id"),
        "as_of_date": run.get("as_of_date"),
        "known_at": known_at,
        "currency": (run.get("vars") or {}).get("reporting_currency"),
    }


def claimed_numbers(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Every numeric column that is explained, of the marts that the run has."""
    return [
        (mart, column)
        for mart in CLAIMS
        for column, (kind, _) in columns_of(con, mart).items()
        if column in explained(mart) and kind.startswith(_NUMBERS)
    ]
