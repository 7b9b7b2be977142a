"""What the pages read: one query over the marts for each data set, written as a script.

A browser does not let a page opened from a file fetch another file, so each data set is a script
that hands its rows to the page. DuckDB writes the rows, so decimals arrive as they are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

import duckdb

from expansion_warehouse.engine.sql import quoted

# No page needs more; what is left out is said on the page and stands in the mart.
MOST_ROWS = 20_000
ALL_ROWS = 10**9
# Rows of the query that is read.
LOADED = "report_rows"


@dataclass(frozen=True)
class Dataset:
    """The rows of one query, as far as the run has its marts."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    total: int
    is_absent: bool = False

    def script(self, **more: object) -> str:
        """The script that hands the rows to a page, one line each, and `more` facts of them."""
        said = {"columns": self.columns, "total": self.total, "absent": self.is_absent, **more}
        facts = json.dumps(said)
        rows = ",\n".join(self.rows)
        return f'report.data("{self.name}",{facts},[\n{rows}\n]);\n'


def sql_folder() -> Traversable:
    """The folder with a query for each data set."""
    return files("expansion_warehouse.report") / "sql"


def dataset_names() -> list[str]:
    """The names of all data sets."""
    names = [entry.name for entry in sql_folder().iterdir() if entry.name.endswith(".sql")]
    return sorted(name.removesuffix(".sql") for name in names)


def read_dataset(con: duckdb.DuckDBPyConnection, name: str, most: int = MOST_ROWS) -> Dataset:
    """Read a data set; it is absent where the run is older than one of its marts or columns."""
    columns = load(con, sql_folder() / f"{name}.sql")
    if columns is None:
        return Dataset(name, (), (), 0, is_absent=True)
    rows = con.execute(
        f"select cast({json_row(columns)} as varchar) from {LOADED} order by rowid limit {most}"
    ).fetchall()
    counted = con.execute(f"select count(*) from {LOADED}").fetchone()
    return Dataset(name, columns, tuple(str(row[0]) for row in rows), int((counted or (0,))[0]))


def load(con: duckdb.DuckDBPyConnection, query: Traversable) -> tuple[str, ...] | None:
    """Put the rows of a query, in its order, into the table LOADED; its columns.

    None where the run is older than one of the marts or columns that the query names.
    """
    text = query.read_text(encoding="utf-8")
    try:
        con.execute(f"create or replace temp table {LOADED} as {text}")
    except (duckdb.CatalogException, duckdb.BinderException):
        return None
    described = con.execute(f"select column_name from (describe {LOADED})").fetchall()
    return tuple(str(row[0]) for row in described)


def json_row(columns: Sequence[str]) -> str:
    """A row as a list in JSON, exact as DuckDB writes it."""
    return f"json_array({', '.join(quoted(column) for column in columns)})"
