"""The connection of an import: its macros, what they call, and the schemas that SQL reads."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from expansion_warehouse.engine.sql import literal
from expansion_warehouse.environment import find_places
from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.months import register_months
from expansion_warehouse.importers.spelling import register_spelling
from expansion_warehouse.raw.spellings import register_spellings

_MACROS = [Path(__file__).with_name(name) for name in ("macros.sql", "numbers.sql")]
_CURRENCIES = Path("seeds") / "currencies.csv"


@contextmanager
def import_connection(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A private database with the schemas of an import; it spills into `scratch`."""
    # One thread: with more of them the layout of a large Parquet file depends on their race.
    with duckdb.connect(config={"threads": 1, "temp_directory": str(scratch / "spilled")}) as con:
        con.execute("set timezone = 'UTC'")
        con.execute("create schema source")
        con.execute("create schema export")
        con.execute("create schema step")
        register_spelling(con)
        register_spellings(con)
        register_months(con)
        con.execute(f"set variable coins = {_coins(find_places(None, None).project)}")
        for macros in _MACROS:
            con.execute(macros.read_text(encoding="utf-8"))
        yield con


def _coins(project: Path) -> str:
    """What the smallest coin of each currency is worth, as an SQL map."""
    try:
        with (project / _CURRENCIES).open(encoding="utf-8", newline="") as lines:
            digits = {
                row["currency"]: int(row["minor_unit_digits"]) for row in csv.DictReader(lines)
            }
    except (OSError, KeyError, ValueError):
        raise BadInput(f"the dbt project has no readable {_CURRENCIES}") from None
    worth = {name: "1" if not places else f"0.{'1':0>{places}}" for name, places in digits.items()}
    pairs = ", ".join(f"{literal(name)}: {literal(coin)}" for name, coin in worth.items())
    return f"map {{{pairs}}}"
