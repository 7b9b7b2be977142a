"""A home that an earlier version made goes on working: its runs, its seals, its build database.

`upgrade/make_home.py` says how the home came about. Since then a raw amount has changed, as it may
after a close: the sealed months must not follow.
"""

from __future__ import annotations

import csv
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from builds import Company, unpack, warehouse, warehouse_on
from expansion_warehouse.publish.seals import SEALED_MARTS, kept_rows

HERE = Path(__file__).parent / "upgrade"
SEALED = ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]
# Columns that marts have and seals of that version do not.
LACKING = {
    "kpi_nrr_periods": [
        *("nrr_low", "nrr_high", "grr_low", "grr_high"),
        *("logo_retention_low", "logo_retention_high", "is_beyond_chance", "interval_note"),
    ],
}


@dataclass(frozen=True)
class Upgraded:
    """The home after a build of this version, with what it was before."""

    company: Company
    old_run: str
    seals: dict[str, bytes]
    before: dict[str, str]

    def said(self, *arguments: str) -> str:
        """What the command says of the home."""
        return said(self.company, *arguments)


def said(company: Company, *arguments: str) -> str:
    """What the command says; fails the test where it fails."""
    if arguments[0] == "build":
        done = warehouse_on(company, *arguments)
    else:
        done = warehouse(*arguments, "--home", str(company.home))
    assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
    return done.stdout


def sealed_files(home: Path) -> dict[str, bytes]:
    """Every file of every seal."""
    files = (path for path in (home / "closed").glob("*/*") if path.is_file())
    return {str(path.relative_to(home)): path.read_bytes() for path in files}


def change_a_price(raw: Path) -> None:
    """A line that is in force in sealed months and since costs twice as much from its first day."""
    file = raw / "contract_lines.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    changed = next(
        row
        for row in rows
        if row["starts_on"] <= "2026-01-31" and row["ends_on"] > "2026-06-30" and row["unit_price"]
    )
    changed["unit_price"] = str(2 * int(changed["unit_price"]))
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
    folder = tmp_path_factory.mktemp("upgraded")
    home = folder / "home"
    with tarfile.open(HERE / "before_report.tar.xz") as archive:
        unpack(archive, home, "tar")
    company = Company(home / "raw", home)
    old_run = (home / "published" / "current").readlink().name
    before = {
        "status": said(company, "status"),
        "verify": said(company, "verify", "--all"),
        "monday": said(company, "monday"),
        "report": said(company, "report", "--to", str(folder / "report")),
    }
    seals = sealed_files(home)
    change_a_price(company.raw)
    before["build"] = said(company, "build")
    return Upgraded(company, old_run, seals, before)


def test_the_run_of_the_earlier_version_is_read(upgraded: Upgraded) -> None:
    assert upgraded.old_run in upgraded.before["status"]
    assert upgraded.before["verify"] == "1 runs and 5 seals are as they were made.\n"
    assert upgraded.before["monday"].startswith("# ")
    pages = upgraded.company.home.parent / "report"
    assert (pages / "report.html").stat().st_size > 1000
    assert (pages / "finance.xlsx").stat().st_size > 1000


def test_a_build_leaves_every_seal_and_run_as_it_was(upgraded: Upgraded) -> None:
    now = sealed_files(upgraded.company.home)
    assert {name: now.get(name) for name in upgraded.seals} == upgraded.seals
    assert sorted({name.split("/")[1] for name in upgraded.seals}) == SEALED
    assert upgraded.said("verify", "--all") == "2 runs and 5 seals are as they were made.\n"


@pytest.mark.parametrize("mart", SEALED_MARTS)
def test_sealed_months_are_published_as_they_were_sealed(upgraded: Upgraded, mart: str) -> None:
    rows = 0
    with duckdb.connect(str(upgraded.company.marts), read_only=True) as con:
        published = columns(con, mart)
        for month in SEALED:
            seal = f"read_parquet('{upgraded.company.home}/closed/{month}/{mart}.parquet')"
            kept = columns(con, seal)
            lacking = [name for name in published if name not in kept]
            assert lacking == LACKING.get(mart, []), f"{month}: columns that the seal lacks"
            named = ", ".join([*kept, *lacking])
            here = f"select {named} from {mart} where {kept_rows(mart, f'{month}-01')}"
            there = f"select {', '.join([*kept, *(f'null as {x}' for x in lacking)])} from {seal}"
            for one, other in ((here, there), (there, here)):
                assert con.execute(f"({one}) except all ({other})").fetchall() == [], month
            rows += len(con.execute(there).fetchall())
    assert rows > 0


def columns(con: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    """The columns of a table or file, in order."""
    return [name for name, *_ in con.execute(f"describe select * from {source}").fetchall()]


def test_what_changed_since_a_seal_is_said_and_restated(upgraded: Upgraded) -> None:
    with duckdb.connect(str(upgraded.company.marts), read_only=True) as con:
        differing = con.execute(
            "select strftime(month, '%Y-%m'), sealed_closing_mrr < current_closing_mrr, "
            "changed_lines, sealed_by, close_note from fct_sealed_months "
            "where changed_lines > 0 order by month"
        ).fetchall()
        restated = con.execute(
            "select count(*) from fct_mrr a join fct_mrr r using (month, account_id, product_id) "
            "where a.basis = 'as_reported' and r.basis = 'restated' and r.mrr = 2 * a.mrr "
            "and a.mrr > 0 and month = date '2026-03-01'"
        ).fetchall()
    assert differing[-1] == ("2026-03", True, 1, "Sato Hanako", "FIN-112")
    assert restated == [(1,)]


def test_both_runs_can_be_compared(upgraded: Upgraded) -> None:
    found = json.loads(upgraded.said("diff", "--json"))
    assert found["before"] == upgraded.old_run
    assert "raw files changed: contract_lines.csv" in found["causes"]
    assert (found["sealed_months"], found["sealed_figures"]) == (SEALED, [])
    reported = {row["month"][:7] for row in found["figures"] if row["basis"] == "as_reported"}
    assert reported == {"2026-04", "2026-05", "2026-06"}
    assert found["accounts"] == 1


def test_the_next_month_is_closed_and_readers_can_go_back(upgraded: Upgraded) -> None:
    """The last of the tests: it changes the home."""
    assert upgraded.said("close", "2026-04", "--by", "Sato Hanako").startswith("Sealed 2026-04")
    assert upgraded.said("verify", "--all") == "2 runs and 6 seals are as they were made.\n"
    assert upgraded.old_run in upgraded.said("rollback")
    assert upgraded.said("verify") == "1 runs and 6 seals are as they were made.\n"
    assert f"→  {upgraded.old_run}" in upgraded.said("status")
    now = sealed_files(upgraded.company.home)
    assert {name: now.get(name) for name in upgraded.seals} == upgraded.seals
