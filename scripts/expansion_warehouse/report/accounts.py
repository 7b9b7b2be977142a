"""One account's whole story, in files of two hundred accounts that a page loads when asked.

The index lists the accounts in the order of the files, so a place in it says which file to load.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb

from expansion_warehouse.report.datasets import ALL_ROWS, read_dataset, sql_folder

ACCOUNTS_A_FILE = 200
INDEX = "account_index"


def write_accounts(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the index and the files of accounts."""
    index = read_dataset(con, INDEX, ALL_ROWS)
    (folder / f"{INDEX}.js").write_text(index.script(), encoding="utf-8")
    ids = [str(json.loads(row)[0]) for row in index.rows]
    stories: dict[str, dict[str, str]] = {account: {} for account in ids}
    columns: dict[str, list[str]] = {}
    for name in account_sets():
        columns[name] = []
        for account, rows in _grouped(con, name, columns[name]):
            if account in stories:
                stories[account][name] = rows
    target = folder / "accounts"
    target.mkdir()
    for number, first in enumerate(range(0, len(ids), ACCOUNTS_A_FILE)):
        part = ids[first : first + ACCOUNTS_A_FILE]
        lines = [f"report.account({json.dumps(one)},{_object(stories[one])});\n" for one in part]
        (target / f"{number}.js").write_text("".join(lines), encoding="utf-8")
    text = f"report.accountColumns({json.dumps(columns)},{ACCOUNTS_A_FILE});\n"
    (folder / "account_columns.js").write_text(text, encoding="utf-8")


def account_sets() -> list[str]:
    """The names of what is told of an account."""
    found = (sql_folder() / "accounts").iterdir()
    return sorted(entry.name.removesuffix(".sql") for entry in found)


def _grouped(
    con: duckdb.DuckDBPyConnection, name: str, columns: list[str]
) -> Iterator[tuple[str, str]]:
    """Rows of a set as JSON, by account; none where the run is older than a mart."""
    query = (sql_folder() / "accounts" / f"{name}.sql").read_text(encoding="utf-8")
    try:
        con.execute(f"create or replace temp table report_rows as {query}")
    except (duckdb.CatalogException, duckdb.BinderException):
        return
    described = con.execute("select column_name from (describe report_rows)").fetchall()
    columns += [str(row[0]) for row in described if row[0] != "account_id"]
    values = ", ".join(f'"{column}"' for column in columns)
    grouped = con.execute(
        "select account_id, cast(to_json(list("
        f"json_array({values}) order by report_rows.rowid)) as varchar) "
        "from report_rows group by account_id"
    )
    while batch := grouped.fetchmany(10_000):
        yield from ((str(account), str(rows)) for account, rows in batch)


def _object(parts: dict[str, str]) -> str:
    return "{" + ",".join(f'"{name}":{rows}' for name, rows in sorted(parts.items())) + "}"
