"""Whether what readers see is whole: with nothing of the package but the names of files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb


def current_of(home: Path) -> str | None:
    """The run that readers see, None before the first."""
    link = home / "published" / "current"
    return str(link.readlink()) if link.is_symlink() else None


def faults(home: Path) -> list[str]:
    """What is not whole about the current run: its hashes, its marts, the two ways to read them."""
    published = home / "published"
    current = current_of(home)
    if current is None:
        return ["nothing is published"]
    folder = published / current
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    found = [
        f"{name} is not as run.json says"
        for name, facts in manifest["files"].items()
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != facts["sha256"]
    ]
    return [*found, *_unreadable(folder, manifest["row_counts"]), *_latest(published)]


def _unreadable(folder: Path, row_counts: dict[str, int]) -> list[str]:
    wrong = []
    try:
        with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as con:
            for mart, rows in row_counts.items():
                for source in (f'"{mart}"', f"'{folder}/parquet/{mart}.parquet'"):
                    [(count,)] = con.execute(f"select count(*) from {source}").fetchall()
                    wrong += [] if count == rows else [f"{source}: {count} rows, not {rows}"]
    except duckdb.Error as error:
        wrong.append(f"cannot be read: {error}")
    return wrong


def _latest(published: Path) -> list[str]:
    latest = json.loads((published / "latest.json").read_text(encoding="utf-8"))
    missing = [path for path in latest["parquet"].values() if not (published / path).is_file()]
    return [f"latest.json names {path}, which is not there" for path in missing]


def numbers(home: Path) -> dict[str, tuple[int, str]]:
    """Rows and a checksum of every current mart, whatever the order of rows."""
    file = home / "published" / "current" / "marts.duckdb"
    with duckdb.connect(str(file), read_only=True) as con:
        tables = con.execute("select table_name from duckdb_tables()").fetchall()
        digest = "coalesce(md5(string_agg(cast(t as varchar), chr(10) order by t)), '')"
        return {
            name: con.execute(f'select count(*), {digest} from "{name}" as t').fetchall()[0]
            for (name,) in tables
        }
