"""Seals: what is kept of a month, who may make one, and that nobody may touch it."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expansion_warehouse.errors import BadInput, CheckFailed
from expansion_warehouse.publish.closings import Said
from expansion_warehouse.publish.runs import Run
from expansion_warehouse.publish.seals import (
    SEALED_MARTS,
    Seal,
    list_seals,
    months_to_seal,
    parse_month,
    seal_facts,
    verify_seals,
    write_seal,
)

SETTINGS = {
    "reporting_currency": "JPY",
    "business_timezone": "UTC",
    "fiscal_year_start_month": 4,
}
AT = datetime(2026, 6, 9, 8, tzinfo=UTC)
MONTHS = (("2026-04-01", True), ("2026-05-01", True), ("2026-06-01", False))


@dataclass(frozen=True)
class Home:
    """A build database, the run published from it, and the folder of seals."""

    database: Path
    run: Run
    closed: Path

    def seal(self, month: str) -> Seal:
        """Seal one month."""
        return write_seal(
            month=month,
            run=self.run,
            database=self.database,
            closed=self.closed,
            said=Said(AT, "Sato Hanako", "kim", "FIN-112"),
        )


def fill(database: Path) -> None:
    """The marts and intermediate tables that a seal reads, with one row per month and basis."""
    months = ", ".join(f"(date '{month}', {closed})" for month, closed in MONTHS)
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema if not exists intermediate")
        connection.execute(
            f"create table dim_months as select *, last_day(month) as month_end "
            f"from (values {months}) as t(month, is_closed)"
        )
        for mart in SEALED_MARTS:
            connection.execute(
                f"create table {mart} as select month, basis, 'all' as segment_type, "
                "'12m' as retention_window, month as reading_month, month as last_month, "
                "1.25::double as nrr, month(month) * 100.00 as closing_mrr "
                "from dim_months, (values ('as_reported'), ('restated')) as b(basis)"
            )
        amounts = ("scheduled", "due", "rate_renewed", "rate_expiring", "outlook")
        connection.execute(
            "create table kpi_outlook_track as select month as month_made, 1 as months_ahead, "
            f"{', '.join(f'10 as {name}_mrr' for name in amounts)}, 3 as rate_terms from dim_months"
        )
        known = "strftime(month, '%Y-%m') as knowledge_id, month"
        line = "'L1' as contract_line_id, 'A' as account_id, 'P' as product_id"
        for name, columns in {
            "int_line_mrr": f"{known}, {line}, 70 as mrr, 'A' as owner_account_id, "
            "'JPY' as currency, 1 as quantity, 80 as gross_native, 70 as mrr_native",
            "int_cohort_lines": "month, 'as_reported' as basis, '1m' as retention_window, "
            f"{line}, 'A' as owner_account_id, 60 as opening_mrr, 70 as closing_mrr",
            "int_published_account_map": f"{known}, 'A' as account_id, 'A' as paying_account_id",
            "int_published_segments": f"{known}, 'A' as account_id, "
            "'country' as segment_type, 'JP' as closing_segment",
        }.items():
            connection.execute(
                f"create table intermediate.{name} as select {columns} from dim_months"
            )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with one published run and nothing sealed."""
    run = tmp_path / "run"
    run.mkdir()
    fill(tmp_path / "build.duckdb")
    shutil.copy(tmp_path / "build.duckdb", run / "marts.duckdb")
    manifest: dict[str, Any] = {"as_of_date": "2026-06-30", "vars": SETTINGS}
    return Home(tmp_path / "build.duckdb", Run("R1", run, manifest), tmp_path / "closed")


def test_seal_keeps_the_months_reported_rows_and_says_what_they_are(home: Home) -> None:
    seal = home.seal("2026-05")
    assert list_seals(home.closed) == [seal]
    assert seal.closing_mrr == "500.00"
    assert seal.facts["nrr_12m"] == pytest.approx(1.25)
    assert seal.facts["settings"] == SETTINGS
    with duckdb.connect() as connection:
        for name, facts in seal.facts["files"].items():
            rows = connection.execute(f"from '{seal.path / name}'").fetchall()
            assert len(rows) == facts["rows"] == 1, name
        basis = connection.execute(f"select basis from '{seal.path}/fct_mrr.parquet'").fetchall()
    assert basis == [("as_reported",)]


def test_run_of_an_earlier_version_is_sealed_without_the_newest_mart(home: Home) -> None:
    for database in (home.database, home.run.path / "marts.duckdb"):
        with duckdb.connect(str(database)) as connection:
            connection.execute("drop table fct_account_retention")
    seal = home.seal("2026-05")
    assert "fct_account_retention.parquet" not in seal.facts["files"]
    assert {f"{mart}.parquet" for mart in SEALED_MARTS[:5]} <= set(seal.facts["files"])


def test_run_of_an_earlier_version_is_not_the_build_of_this_one(home: Home) -> None:
    with duckdb.connect(str(home.run.path / "marts.duckdb")) as connection:
        connection.execute("drop table fct_account_retention")
    with pytest.raises(BadInput, match="not the published run R1"):
        home.seal("2026-05")


def test_untouched_seals_pass(home: Home) -> None:
    seals = [home.seal("2026-04"), home.seal("2026-05")]
    used = Run("R2", home.run.path, {"seals": seal_facts(seals)})
    verify_seals(list_seals(home.closed), used, SETTINGS)
    verify_seals([], None, SETTINGS)


def test_changed_file_is_reported_with_both_values(home: Home) -> None:
    seal = home.seal("2026-05")
    file = seal.path / "kpi_mrr_bridge.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create table t as from '{file}'")
        connection.execute("update t set closing_mrr = 501")
        connection.execute(f"copy t to '{file}' (format parquet)")
    with pytest.raises(CheckFailed, match=r"2026-05 .*500\.00 as sealed, 501\.00 in the files"):
        verify_seals(list_seals(home.closed), None, SETTINGS)


def test_missing_file_is_reported(home: Home) -> None:
    (home.seal("2026-05").path / "months.parquet").unlink()
    with pytest.raises(
        CheckFailed, match=r"tampered with: months\.parquet is gone; restore closed/2"
    ):
        verify_seals(list_seals(home.closed), None, SETTINGS)


def test_seal_that_a_run_used_may_not_be_exchanged_or_removed(home: Home) -> None:
    seal = home.seal("2026-05")
    used = Run("R2", home.run.path, {"seals": seal_facts([seal])})
    facts = {**seal.facts, "closing_mrr": "499.00"}
    (seal.path / "seal.json").write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(CheckFailed, match=r"another one .*R2 used.* 500\.00 then, 499\.00 now"):
        verify_seals(list_seals(home.closed), used, SETTINGS)
    shutil.rmtree(seal.path)
    with pytest.raises(CheckFailed, match="seal of 2026-05 is gone"):
        verify_seals(list_seals(home.closed), used, SETTINGS)


def test_seal_in_another_currency_is_refused(home: Home) -> None:
    home.seal("2026-05")
    other = {**SETTINGS, "reporting_currency": "USD"}
    with pytest.raises(BadInput, match="sealed with reporting_currency JPY, this build has USD"):
        verify_seals(list_seals(home.closed), None, other)


def test_unreadable_seal_is_one_line(home: Home) -> None:
    (home.seal("2026-05").path / "seal.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match=r"2026-05 cannot be used: .*seal\.json is damaged; put "):
        list_seals(home.closed)
    (home.closed / "2026-05" / "seal.json").write_text('{"files": {}}', encoding="utf-8")
    with pytest.raises(BadInput, match=r"seal\.json is damaged"):
        list_seals(home.closed)


def test_build_that_is_not_published_is_not_sealed(home: Home) -> None:
    with duckdb.connect(str(home.database)) as connection:
        connection.execute(
            "update kpi_nrr set nrr = 1.26 where month = '2026-05-01' and basis = 'as_reported'"
        )
    with pytest.raises(BadInput, match="not the published run R1"):
        home.seal("2026-05")
    assert not home.closed.exists()


def test_months_are_sealed_in_order_and_only_once_closed(home: Home) -> None:
    assert months_to_seal(home.run, "2026-05", []) == ["2026-04", "2026-05"]
    assert months_to_seal(home.run, "2026-05", ["2026-04"]) == ["2026-05"]
    assert months_to_seal(home.run, "2026-04", ["2026-04"]) == []
    with pytest.raises(BadInput, match="2026-06 is not closed yet as of 2026-06-30"):
        months_to_seal(home.run, "2026-06", [])
    with pytest.raises(BadInput, match="2026-07 is not among the published months"):
        months_to_seal(home.run, "2026-07", [])


@pytest.mark.parametrize("text", ["2026-5", "2026-13", "2026-05-01", "may", "", "2026-00"])
def test_wrong_month_is_one_line(text: str) -> None:
    with pytest.raises(BadInput, match="is not a month: write it as YYYY-MM"):
        parse_month(text)
