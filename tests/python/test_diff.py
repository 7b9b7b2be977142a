"""`warehouse diff`: what a run says otherwise than the one before it, and what made it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from expansion_warehouse.cli import app

EARLIER, LATER = "20260601T000000Z-aaaaaaaa", "20260701T000000Z-bbbbbbbb"
TABLES = """
create table dim_months as
    select unnest(range(date '2026-04-01', {end}, interval 1 month))::date as month;
create table dim_accounts as select 'A' as account_id, 'Alder' as account_name;
create table fct_mrr as
    select 'A' as account_id, month, 'restated' as basis, {mrr}::decimal(19, 3) as mrr
    from dim_months;
create table fct_mrr_lines as
    select 'A-1' as contract_line_id, * from fct_mrr
    union all select 'A-2', 'A', month, 'restated', 7 from dim_months;
create table kpi_mrr_bridge as
    select month, basis, 'all' as segment_type, 'all' as segment, mrr as closing_mrr,
        1 as paying_accounts
    from fct_mrr;
create table kpi_nrr as
    select month, basis, 'all' as segment_type, 'all' as segment, '12m' as retention_window,
        {nrr}::double as nrr, 0.9::double as grr
    from fct_mrr;
create table kpi_same as select 1 as value;
"""


def make_run(published: Path, run_id: str, manifest: dict[str, Any], **facts: object) -> None:
    folder = published / run_id
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"run_id": run_id, **manifest}), encoding="utf-8")
    with duckdb.connect(str(folder / "marts.duckdb")) as con:
        con.execute(TABLES.format(**facts))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs: the later one has a month more, and knows less MRR in the months of both."""
    home = tmp_path_factory.mktemp("home")
    published = home / "published"
    earlier: dict[str, Any] = {
        "seals": {"2026-03": {}},
        "as_of_date": "2026-05-31",
        "vars": {"renewal_grace_days": 20, "as_of_date": "2026-05-31"},
        "inputs": [{"path": "a.csv", "sha256": "1"}, {"path": "old.csv", "sha256": "1"}],
        "versions": {"duckdb": "2.0.0"},
    }
    later = {
        "as_of_date": "2026-06-30",
        "vars": {"renewal_grace_days": 30, "as_of_date": "2026-06-30"},
        "inputs": [{"path": "a.csv", "sha256": "2"}, {"path": "new.csv", "sha256": "1"}],
        "versions": {"duckdb": "2.0.1"},
        "seals": {"2026-03": {}, "2026-04": {}},
    }
    make_run(published, EARLIER, earlier, end="date '2026-06-01'", mrr=100.5, nrr=1.1)
    make_run(published, LATER, later, end="date '2026-07-01'", mrr=100, nrr=1.2)
    (published / "current").symlink_to(LATER)
    return home


def diff(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["diff", *arguments, "--home", str(home)])


def test_causes_come_first(home: Path) -> None:
    found = json.loads(diff(home, "--json").stdout)
    assert found["causes"] == [
        "as of 2026-06-30, was 2026-05-31",
        "setting renewal_grace_days is 30, was 20",
        "raw files changed: a.csv",
        "raw files that are new: new.csv",
        "raw files that are gone: old.csv",
        "duckdb 2.0.1, was 2.0.0",
        "sealed since: 2026-04",
    ]


def test_only_months_that_both_have_are_compared(home: Path) -> None:
    found = json.loads(diff(home, "--json").stdout)
    assert found["new_months"] == ["2026-06"]
    figures = {(row["month"], row["figure"]): (row["was"], row["now"]) for row in found["figures"]}
    assert figures == {
        ("2026-05-01", "closing_mrr"): (100.5, 100.0),
        ("2026-04-01", "closing_mrr"): (100.5, 100.0),
        ("2026-05-01", "nrr"): (1.1, 1.2),
        ("2026-04-01", "nrr"): (1.1, 1.2),
    }


def test_a_sealed_month_is_looked_at_by_itself(home: Path) -> None:
    found = json.loads(diff(home, "--json").stdout)
    assert found["sealed_months"] == ["2026-03"]
    assert found["sealed_figures"] == []
    assert "Sealed months: 1, none of their as-reported figures differs" in diff(home).stdout


def test_an_account_is_shown_with_the_lines_behind_it(home: Path) -> None:
    found = json.loads(diff(home, "--json").stdout)
    assert found["accounts"] == 1
    assert found["largest_accounts"] == [
        {
            "account_id": "A",
            "months": 2,
            "month": "2026-05-01",
            "was": 100.5,
            "now": 100,
            "account_name": "Alder",
            "difference": -0.5,
            "lines": [{"contract_line_id": "A-1", "was": 100.5, "now": 100}],
        }
    ]


def test_marts_that_are_equal_are_not_listed(home: Path) -> None:
    found = json.loads(diff(home, "--json").stdout)
    marts = {row["mart"]: (row["rows_gone"], row["rows_new"]) for row in found["marts"]}
    assert "kpi_same" not in marts
    assert marts["fct_mrr_lines"] == (2, 4)


def test_the_page_says_the_same_in_words(home: Path) -> None:
    page = diff(home).stdout
    assert f"Run {LATER} compared with {EARLIER}" in page
    assert "2026-05  restated  closing MRR: 100.5 -> 100" in page
    assert "2026-05  restated  NRR 12 months: 110.0 % -> 120.0 %" in page
    assert "Alder (A), 2026-05, 2 months: 100.5 -> 100, lines A-1" in page


def test_the_other_run_may_be_named(home: Path) -> None:
    assert json.loads(diff(home, EARLIER, "--json").stdout)["before"] == EARLIER


def test_what_cannot_be_compared_is_said_in_one_line(home: Path, tmp_path: Path) -> None:
    other = diff(home, "nobody")
    assert (other.exit_code, other.stderr) == (
        2,
        f"error: no other run is called 'nobody' (runs: {EARLIER})\n",
    )
    none = diff(tmp_path)
    assert none.exit_code == 2
    assert none.stderr.startswith("error: nothing is published")
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / LATER).symlink_to(home / "published" / LATER)
    (tmp_path / "published" / "current").symlink_to(LATER)
    alone = diff(tmp_path)
    assert alone.exit_code == 2
    assert "there is no earlier run to compare with" in alone.stderr
