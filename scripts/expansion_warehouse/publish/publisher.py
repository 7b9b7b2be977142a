"""Publishing: the marts of a finished build become a run folder, and `current` points at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from expansion_warehouse.engine.marts import Mart
from expansion_warehouse.engine.sql import literal, quoted
from expansion_warehouse.errors import CheckFailed
from expansion_warehouse.printable import json_text
from expansion_warehouse.publish.closings import CLOSED, copy_closings, read_closings
from expansion_warehouse.publish.history import (
    HISTORY,
    PUBLISHED,
    file_digest,
    read_history,
    record,
)
from expansion_warehouse.publish.runs import (
    MANIFEST,
    MANIFEST_HASH,
    UNFINISHED,
    Run,
    hash_manifest,
    list_runs,
    published_files,
    switch_current,
    sync_folder,
)
from expansion_warehouse.storage import FileMode, share

MARTS_FILE = "marts.duckdb"
PARQUET = "parquet"
CSV = "csv"
QUALITY = "quality"

# What a spreadsheet holds below its line of titles; larger marts have no CSV.
SPREADSHEET_ROWS = 1_048_575
# The oldest client that must be able to open a published file.
STORAGE_VERSION = "v1.2.0"

Describe = Callable[[Path], dict[str, Any]]
# Writes more into a run: its folder, what run.json will say, and the run before it.
Add = Callable[[Path, Mapping[str, Any], Run | None], None]


def publish_run(
    *,
    database: Path,
    published: Path,
    run_id: str,
    marts: Sequence[Mart],
    quality: Path,
    describe: Describe,
    add: Add | None = None,
    mode: FileMode = FileMode.PRIVATE,
) -> Path:
    """Copy `marts` out of the build database into a new run and switch `current` to it.

    Everything is written to a hidden folder, renamed when whole, and switched last; whatever goes
    wrong before the switch leaves `current` as it was. `describe(marts file)` gives what run.json
    says beside the run's id, row counts, files, and the run and the log that it follows. `add`
    writes what else the run holds. `mode` says who may read it. Returns the folder of the run.
    """
    if not marts:
        raise CheckFailed("the project has no model under models/marts: nothing to publish")
    unfinished = published / f"{UNFINISHED}{run_id}"
    final = published / run_id
    unfinished.mkdir(parents=True)
    try:
        row_counts = _write_marts(database, unfinished, marts)
        shutil.copytree(quality, unfinished / QUALITY)
        described = {
            "run_id": run_id,
            "row_counts": row_counts,
            **describe(unfinished / MARTS_FILE),
        }
        before = next((run for run in list_runs(published) if not run.damage), None)
        copy_closings(published.parent / CLOSED, unfinished / CLOSED)
        if add:
            add(unfinished, described, before)
        manifest = {**described, **_chained(published, unfinished, before)}
        (unfinished / MANIFEST).write_text(json_text(manifest) + "\n", encoding="utf-8")
        (unfinished / MANIFEST_HASH).write_text(hash_manifest(unfinished), encoding="utf-8")
        share(unfinished, mode, inside=True)
        _sync_tree(unfinished)
        digest = file_digest(unfinished / MANIFEST)
        unfinished.rename(final)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    sync_folder(published)
    # Before anybody sees the run: readers are never shown one that the log does not know.
    event = {"event": PUBLISHED, "run_id": run_id, "sha256": digest}
    record(published.parent / HISTORY, [event])
    switch_current(published, run_id)
    return final


def _chained(published: Path, folder: Path, before: Run | None) -> dict[str, Any]:
    """Hashes of a run's files, and what stood before it: the newest run, and both logs."""
    return {
        "files": {
            name: {"bytes": file.stat().st_size, "sha256": file_digest(file)}
            for name, file in published_files(folder).items()
        },
        "previous": before
        and {"run_id": before.run_id, "sha256": file_digest(before.path / MANIFEST)},
        "history": read_history(published.parent / HISTORY).head,
        "closings": read_closings(published.parent / CLOSED).head,
    }


def _write_marts(database: Path, folder: Path, marts: Sequence[Mart]) -> dict[str, int]:
    """Write `marts.duckdb`, and one Parquet and one CSV file per mart; rows per mart."""
    file = folder / MARTS_FILE
    for kind in (PARQUET, CSV):
        (folder / kind).mkdir()
    with duckdb.connect() as con:
        con.execute(f"attach {literal(database)} as built (read_only)")
        con.execute(f"attach {literal(file)} as published (storage_version '{STORAGE_VERSION}')")
        counts = {mart.name: _copy_mart(con, mart, folder) for mart in marts}
        con.execute("checkpoint published")
        con.execute("detach published")
    if file.with_name(f"{MARTS_FILE}.wal").exists():
        raise CheckFailed(f"{MARTS_FILE} was not closed cleanly (a .wal file is left)")
    return counts


def _copy_mart(con: duckdb.DuckDBPyConnection, mart: Mart, folder: Path) -> int:
    table = f"published.main.{quoted(mart.name)}"
    # A stated grain is a tested key, so it fixes the order; without one every column has to.
    order = ", ".join(f"{quoted(column)} nulls last" for column in mart.grain) or "all"
    con.execute(f"create table {table} as select * from built.{mart.relation} order by {order}")
    _comment(con, table, mart)
    parquet = literal(folder / PARQUET / f"{mart.name}.parquet")
    con.execute(f"copy (from {table}) to {parquet} (format parquet, compression zstd)")
    row = con.execute(f"select count(*) from {table}").fetchone()
    rows = int(row[0]) if row else 0
    if rows <= SPREADSHEET_ROWS:
        # Values as they are: a file that programs read must not say '=1 where a name is =1.
        plain = literal(folder / CSV / f"{mart.name}.csv")
        con.execute(f"copy (from {table}) to {plain} (format csv, header true)")
    return rows


def _comment(con: duckdb.DuckDBPyConnection, table: str, mart: Mart) -> None:
    """Carry the descriptions of the project into the published file."""
    if mart.description:
        con.execute(f"comment on table {table} is {literal(mart.description)}")
    described = {name.lower(): text for name, text in mart.columns.items() if text}
    for (name,) in con.execute(f"select column_name from (describe {table})").fetchall():
        if text := described.get(name.lower()):
            con.execute(f"comment on column {table}.{quoted(name)} is {literal(text)}")


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
    for path in [*folder.rglob("*/"), folder]:
        sync_folder(path)
