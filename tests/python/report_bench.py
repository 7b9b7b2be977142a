"""`python -m report_bench`: how large, quick and hungry the report of a large company is.

Copies the marts of a published run under new account ids, writes the report of the copy, and opens
every page of it. The report only selects, so that rows are what it costs, whatever they say.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
from playwright.sync_api import Request

from expansion_warehouse.engine.sql import literal, quoted
from expansion_warehouse.publish.publisher import MARTS_FILE
from expansion_warehouse.report import REPORT
from expansion_warehouse.report.charts import FILE as CHARTS
from expansion_warehouse.report.site import write_site
from pages.browser import PAGES, Seen, started, tab

OPENED = 3
STORY = "account story"
# Ids of accounts, and of what belongs to one account alone: a copy of the account has its own.
OWN_IDS = (
    *("account_id", "paying_account_id", "owner_account_id", "proposed_account_id"),
    *("alert_id", "action_id", "proposal_id", "deal_id"),
    *("contract_id", "contract_line_id", "replaced_line_id", "renewed_by"),
)
_SUFFIX = "case when copy > 0 then '~' || copy else '' end"


@dataclass(frozen=True)
class Written:
    """What writing a report took."""

    seconds: float
    peak: int


@dataclass(frozen=True)
class Opened:
    """One page: bytes of the files it loads, seconds until it is drawn, bytes of its scripts."""

    page: str
    loaded: int
    seconds: float
    heap: int


def copy_run(run: Path, copy: Path, times: int) -> int:
    """A run with the marts of another one, `times` times under new ids; its accounts."""
    copy.mkdir(parents=True)
    for file in run.iterdir():
        if file.is_file() and file.suffix == ".json":
            shutil.copy(file, copy)
    with duckdb.connect(str(copy / MARTS_FILE)) as con:
        con.execute(f"attach {literal(run / MARTS_FILE)} as one (read_only)")
        for mart, columns in _marts(con):
            own = [quoted(name) for name in OWN_IDS if name in columns]
            ids = ", ".join(f"{name} || {_SUFFIX} as {name}" for name in own)
            con.execute(
                f"create table {quoted(mart)} as select * exclude (copy) "
                + (f"replace ({ids}) " if "account_id" in columns else "")
                + f"from one.{quoted(mart)}, range({times}) as copies(copy) where copy = 0 "
                + ("or account_id is not null" if "account_id" in columns else "")
            )
        found = con.execute("select count(*) from dim_accounts").fetchone()
    return int(found[0]) if found else 0


def _marts(con: duckdb.DuckDBPyConnection) -> list[tuple[str, list[str]]]:
    return con.execute(
        "select table_name, list(column_name) from duckdb_columns() "
        "where database_name = 'one' and not internal group by all order by 1"
    ).fetchall()


def write(copy: Path, charts: Path) -> Written:
    """Write the report of a run in a process of its own, whose most memory is known."""
    command = [sys.executable, "-m", "report_bench", "--write", str(copy), str(charts)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the report was not written: exit code {process.returncode}")
    # Linux counts in kilobytes, macOS in bytes.
    return Written(float(said), usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def write_here(copy: Path, charts: Path) -> float:
    """Write the report of a run; seconds."""
    manifest = json.loads((copy / "run.json").read_text(encoding="utf-8"))
    script = charts.read_text(encoding="utf-8")
    begun = time.perf_counter()
    write_site(copy, manifest, copy, script)
    return time.perf_counter() - begun


def open_pages(site: Path, account: str) -> Iterator[Opened]:
    """Every page, opened several times, and the story of one account; an exception is a fault."""
    with started() as browser:
        for name in (*PAGES, STORY):
            with tab(browser, site) as seen:
                yield _opened(seen, name, account)
                assert seen.troubles == [], (name, seen.troubles)


def _opened(seen: Seen, name: str, account: str) -> Opened:
    files: set[Path] = set()

    def note(asked: Request) -> None:
        if asked.url.startswith("file:"):
            files.add(Path(unquote(urlsplit(asked.url).path)))

    seen.page.on("request", note)
    if name == STORY:
        seen.open("account")
    times = []
    for _ in range(OPENED):
        begun = time.perf_counter()
        if name == STORY:
            seen.page.evaluate("() => report.writeState({ account: null })")
            begun = time.perf_counter()
            seen.page.evaluate("(id) => report.writeState({ account: id })", account)
            seen.page.wait_for_selector("#account_today")
            seen.drawn()
        else:
            seen.open(name)
        times.append(time.perf_counter() - begun)
    heap = seen.page.context.new_cdp_session(seen.page).send("Runtime.getHeapUsage")
    loaded = sum(file.stat().st_size for file in files)
    return Opened(name, loaded, statistics.median(times), int(heap["usedSize"]))


def _sizes(folder: Path) -> list[int]:
    return [file.stat().st_size for file in folder.rglob("*") if file.is_file()]


def _last_account(copy: Path) -> str:
    with duckdb.connect(str(copy / MARTS_FILE), read_only=True) as con:
        found = con.execute("select max(account_id) from fct_accounts_today").fetchone()
    return str(found[0]) if found else ""


def main() -> int:
    """Measure the report of a copied run, and print what it took."""
    parser = argparse.ArgumentParser(prog="python -m report_bench", description=__doc__)
    parser.add_argument("--home", type=Path, help="a published home; it is only read")
    parser.add_argument("--times", type=int, default=10, help="copies of it (default 10)")
    parser.add_argument("--write", type=Path, nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write:
        print(write_here(*asked.write))
        return 0
    run = (asked.home / "published" / "current").resolve()
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "run"
        accounts = copy_run(run, copy, asked.times)
        written = write(copy, run / REPORT / "assets" / CHARTS)
        sizes = _sizes(copy / REPORT)
        largest = max(_sizes(copy / REPORT / "data"))
        print(
            f"{accounts:,} accounts: written in {written.seconds:.1f} s, peak "
            f"{written.peak / 1e6:,.0f} MB, {sum(sizes) / 1e6:,.0f} MB in all, "
            f"largest data file {largest / 1e6:.1f} MB\n"
        )
        print(f"{'page':<14}{'loads':>9}{'drawn':>9}{'heap':>8}")
        for page in open_pages(copy, _last_account(copy)):
            print(
                f"{page.page:<14}{page.loaded / 1e6:>6.1f} MB{page.seconds:>7.2f} s"
                f"{page.heap / 1e6:>5.0f} MB",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
