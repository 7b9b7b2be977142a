"""How `before_report.tar.xz` was made: a home as version 0.1.0 found it before runs had a report.

    git worktree add /tmp/before 3abe124
    PYTHONPATH=/tmp/before/scripts WAREHOUSE_PROJECT=/tmp/before python make_home.py /tmp/made

3abe124 is the last commit without report and workbook. Twelve companies over eight months: a run as
of 20 April 2026, after which the months to March were sealed, and a run as of the last day with
these seals. Of the build database every table is there and only those that builds add to have rows.
"""

from __future__ import annotations

import lzma
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import duckdb

ARCHIVE = Path(__file__).with_name("before_report.tar.xz")
# Tables that a build adds rows to.
ADDED_TO = (
    *("int_usage_daily", "int_user_days", "int_usage_file_days", "int_rejected_usage_events"),
)
KEPT = ("build.duckdb", "closed", "history.jsonl", "published", "raw")


def main(home: Path) -> None:
    """Build, seal, build again, and pack."""
    raw = home / "raw"
    places = ("--home", str(home), "--raw", str(raw))
    size = ("--accounts", "12", "--months", "8", "--events", "400", "--format", "csv")
    warehouse("sample", "--to", str(raw), *size)
    shutil.rmtree(raw / "hidden_truth")
    warehouse("build", *places, "--as-of", "2026-04-20")
    said = ("--by", "Sato Hanako", "--note", "FIN-112")
    warehouse("close", "2026-03", "--home", str(home), *said)
    warehouse("build", *places, "--keep", "1")
    empty(home / "build.duckdb")
    best = 9 | lzma.PRESET_EXTREME
    with (
        lzma.open(ARCHIVE, "wb", preset=best) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for name in KEPT:
            archive.add(home / name, name)


def warehouse(*arguments: str) -> None:
    """The command of the old version."""
    subprocess.run([sys.executable, "-m", "expansion_warehouse.cli", *arguments], check=True)


def empty(database: Path) -> None:
    """Every table and view, but rows only where a build goes on from those of the build before."""
    full = database.with_suffix(".full")
    database.rename(full)
    with duckdb.connect(str(database)) as con:
        con.execute(f"attach '{full}' as full_one (read_only)")
        con.execute("copy from database full_one to build (schema)")
        for table in ADDED_TO:
            name = f"intermediate.{table}"
            con.execute(f"insert into build.{name} select * from full_one.{name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
