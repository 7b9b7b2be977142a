"""The files of a raw folder, opened with libraries alone."""

from __future__ import annotations

import csv
import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb

from outside.published import PublishedRun

TABLES = (
    "account_attributes",
    "account_signals",
    "accounts",
    "actions",
    "budgets",
    "contacts",
    "contract_lines",
    "costs",
    "engagement_events",
    "experiment_assignments",
    "experiments",
    "fx_rates",
    "invoices",
    "plan_features",
    "plans",
    "products",
    "proposals",
    "service_pauses",
    "support_tickets",
    "survey_responses",
    "usage_daily",
    "usage_events",
    "users",
    "usage_meters",
)

Row = dict[str, str]
Tables = dict[str, list[Row]]

csv.field_size_limit(sys.maxsize)


def read_folder(raw: Path) -> Tables:
    """Every row of every table as text, by column; an empty cell is the empty text."""
    return {name: _rows_of(raw, name) for name in TABLES}


def _rows_of(raw: Path, table: str) -> list[Row]:
    text = raw / f"{table}.csv"
    if text.is_file():
        return list(_csv_rows(text))
    single = raw / f"{table}.parquet"
    files = [single] if single.is_file() else sorted((raw / table).rglob("*.parquet"))
    return [row for file in files for row in _parquet_rows(file)]


def _csv_rows(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8-sig", newline="") as handle:
        rows = csv.reader(handle)
        header = [name.strip().lower() for name in next(rows, [])]
        for row in rows:
            if row:
                yield dict(zip(header, row, strict=False))


def _parquet_rows(file: Path) -> Iterator[Row]:
    with duckdb.connect() as connection:
        found = connection.execute(
            "select columns(*)::varchar from read_parquet(?, hive_partitioning = false)",
            [[_unpatterned(file)]],
        )
        names = [column[0].strip().lower() for column in found.description or []]
        for row in found.fetchall():
            yield dict(zip(names, ("" if value is None else value for value in row), strict=True))


def _unpatterned(file: Path) -> str:
    """A path in which nothing is a pattern to the library."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(file))


def file_findings(raw: Path, run: PublishedRun) -> list[str]:
    """Files that the run neither read nor named, and hashes that are not those of the files."""
    if not run.manifest:
        return []
    read = {entry["path"]: entry for entry in run.manifest.get("inputs") or []}
    named = {entry["path"] for entry in run.manifest.get("not_read") or []}
    found = {path.relative_to(raw).as_posix(): path for path in _every_file(raw)}
    findings = [
        f"{path} was neither read nor named"
        for path in sorted(found)
        if path not in read and not named & {path, *_folders_of(path)}
    ]
    for path, entry in sorted(read.items()):
        if path not in found:
            findings.append(f"{path} was read and is not there")
        elif entry["sha256"] != hashlib.sha256(found[path].read_bytes()).hexdigest():
            findings.append(f"{path} holds something else than what was read")
    return findings


def _folders_of(path: str) -> set[str]:
    """The folders of a path, each with a closing slash."""
    return {f"{folder}/" for folder in map(str, Path(path).parents)}


def _every_file(raw: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(raw):
        for name in names:
            yield Path(folder) / name
