"""One account's whole story, in files of two hundred accounts that a page loads when asked.

The index lists the accounts in the order of the files, so a place in it says which file to load.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb

from expansion_warehouse.report.datasets import (
    ALL_ROWS,
    LOADED,
    json_row,
    load,
    read_dataset,
    sql_folder,
)

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
    found = load(con, sql_folder() / "accounts" / f"{name}.sql")
    if found is None:
        return
    columns += [column for column in found if column != "account_id"]
    grouped = con.execute(
        f"select account_id, cast(to_json(list({json_row(columns)} order by {LOADED}.rowid)) "
        f"as varchar) from {LOADED} group by account_id"
    )
    while batch := grouped.fetchmany(10_000):
        yield from ((str(account), str(rows)) for account, rows in batch)


def _object(parts: dict[str, str]) -> str:
    return "{" + ",".join(f'"{name}":{rows}' for name, rows in sorted(parts.items())) + "}"
