"""What the pages read: one query over the marts for each data set, written as a script.

A browser does not let a page opened from a file fetch another file, so each data set is a script
that hands its rows to the page. DuckDB writes the rows, so decimals arrive as they are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import duckdb

# No page needs more; what is left out is said on the page and stands in the mart.
MOST_ROWS = 20_000
ALL_ROWS = 10**9


@dataclass(frozen=True)
class Dataset:
    """The rows of one query, as far as the run has its marts."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    total: int
    is_absent: bool = False

    def script(self) -> str:
        """The script that hands the rows to a page, one line each."""
        facts = json.dumps({"columns": self.columns, "total": self.total, "absent": self.is_absent})
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
    query = (sql_folder() / f"{name}.sql").read_text(encoding="utf-8")
    try:
        con.execute(f"create or replace temp table report_rows as {query}")
    except (duckdb.CatalogException, duckdb.BinderException):
        return Dataset(name, (), (), 0, is_absent=True)
    described = con.execute("select column_name from (describe report_rows)").fetchall()
    columns = tuple(str(row[0]) for row in described)
    values = ", ".join(f'"{column}"' for column in columns)
    rows = con.execute(
        f"select cast(json_array({values}) as varchar) from report_rows order by rowid limit {most}"
    ).fetchall()
    counted = con.execute("select count(*) from report_rows").fetchone()
    return Dataset(name, columns, tuple(str(row[0]) for row in rows), int((counted or (0,))[0]))


def write_datasets(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write every data set into a folder of the report."""
    for name in dataset_names():
        (folder / f"{name}.js").write_text(read_dataset(con, name).script(), encoding="utf-8")
