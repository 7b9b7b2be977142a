"""`warehouse explain`: what it prints of a cell makes the cell, wherever the run lies."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from builds import PROJECT, Company
from expansion_warehouse import cli
from expansion_warehouse.explain.answer import answer, claimed_numbers
from expansion_warehouse.explain.cell import columns_of, find_cell
from expansion_warehouse.explain.claims import CLAIMS
from expansion_warehouse.explain.definitions import DEFINITIONS, rule_text
from expansion_warehouse.explain.work import (
    NO_ROW,
    NOT_CLAIMED,
    NOT_IN_SEAL,
    NOT_SEALED,
    NOT_THERE,
    work,
)
from expansion_warehouse.publish.runs import Run, current_run
from explained.campaign import Judged, judge, number, recompute, report

CELLS = 150
UNCLAIMED_METRICS = {"ltv_cac", "ltv_uplift", "upsell_rate_12m", "proposed_price_step"}


@pytest.fixture
def run(sample_company: Company) -> Run:
    found = current_run(sample_company.home / "published")
    assert found is not None
    return found


@pytest.fixture
def marts(sample_company: Company) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(sample_company.marts), read_only=True) as con:
        yield con


def asked(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["explain", "--home", str(home), *arguments])


def refusal(home: Path, *arguments: str) -> str:
    result = asked(home, *arguments)
    assert result.exit_code == 2
    return result.stderr


def test_what_is_printed_of_a_cell_makes_the_cell(run: Run) -> None:
    judged = judge(run, CELLS, seed=7)
    assert [one for one in judged if one.differs] == [], "\n".join(report(judged))
    bare = [one for one in judged if one.because and one.mart != "kpi_nrr_periods"]
    metrics = {one.key.get("metric", "").partition("|")[0] for one in bare}
    assert metrics <= UNCLAIMED_METRICS | {"public_plans"}
    # Windows that kpi_nrr does not have.
    halves = {one.because for one in judged if one.because and one.mart == "kpi_nrr_periods"}
    assert halves <= {NO_ROW}
    slow = sorted(one.seconds for one in judged)[int(0.95 * CELLS)]
    assert slow < 1, f"{slow:.2f} s"


def test_a_cell_that_is_not_what_is_printed_is_noticed(
    sample_company: Company, tmp_path: Path
) -> None:
    shutil.copytree(sample_company.marts.parent.resolve(), tmp_path / "run")
    with duckdb.connect(str(tmp_path / "run" / "marts.duckdb")) as con:
        con.execute("update kpi_nrr set closing_mrr = closing_mrr + 1")
        con.execute("update fct_mrr_lines set mrr = mrr + 1 where mrr > 0")
        con.execute("update fct_health_components set contribution = contribution + 1")
    copied = replace_path(tmp_path / "run")
    wrong = {one.column_name for one in judged_in_spite(copied)}
    assert {"kpi_nrr.closing_mrr", "fct_mrr.mrr", "fct_health_scores.health_score"} <= wrong


def replace_path(path: Path) -> Run:
    manifest = json.loads((path / "run.json").read_text(encoding="utf-8"))
    return Run(path.name, path, manifest)


def judged_in_spite(run: Run) -> list[Judged]:
    """Cells that differ; a part that contradicts its own rows stops the recomputation of a rate."""
    found = []
    for seed in range(3):
        try:
            found += [one for one in judge(run, CELLS, seed) if one.differs]
        except AssertionError:
            found += contradicted(run)
    return found


def contradicted(run: Run) -> list[Judged]:
    """What differs among columns that are sums, cell by cell."""
    wrong = []
    with duckdb.connect(str(run.path / "marts.duckdb"), read_only=True) as con:
        for mart, column in claimed_numbers(con):
            keys = ", ".join(CLAIMS[mart].key)
            row = con.execute(
                f"select {keys} from {mart} where {column} <> 0 order by all limit 1"
                if mart != "kpi_scorecard"
                else f"select {keys} from {mart} limit 0"
            ).fetchone()
            if row is None:
                continue
            said = {name: str(value) for name, value in zip(CLAIMS[mart].key, row, strict=True)}
            cell = find_cell(con, mart, column, said)
            how = json.loads(json.dumps(work(con, cell, frozenset()), default=str))
            if how["operation"] == "sum":
                wrong.append(
                    Judged(mart, column, said, number(str(cell.value)), recompute(how), None, 0)
                )
    return [one for one in wrong if one.differs]


def test_every_claim_is_of_a_column_that_there_is_and_cites_rules_that_there_are(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    for mart, claim in CLAIMS.items():
        columns = columns_of(marts, mart)
        named = {*claim.key, *claim.words.split()}
        named |= {"value"} if claim.by_row else set(claim.columns)
        assert named <= set(columns), mart
        for rule in claim.rules:
            assert rule_text(PROJECT / "docs", rule), rule
    assert len(claimed_numbers(marts)) > 60


def test_a_rule_is_the_heading_or_the_row_at_its_anchor(tmp_path: Path) -> None:
    (tmp_path / "page").write_text(
        '<a id="1"></a>\n\n## 1 **Bold** [rules](elsewhere#2)\n\n'
        '| id | rule |\n| <a id="2"></a>2 | Row of `two` |\n<a id="3"></a>\n',
        encoding="utf-8",
    )
    told = [rule_text(tmp_path, f"page#{anchor}") for anchor in ("1", "2", "3", "4")]
    assert told == ["1 Bold rules", "Row of two", None, None]
    assert rule_text(tmp_path, "no-page#1") is None


def test_an_answer_names_all_that_is_behind_a_number(run: Run) -> None:
    result = asked(run.path, "kpi_nrr.nrr", "--json")
    told = json.loads(result.stdout)
    assert told["how"]["operation"] == "ratio"
    over, under = (told["how"][name][0] for name in ("numerator", "denominator"))
    assert (over["column"], under["column"]) == ("closing_mrr", "opening_mrr")
    assert told["cell"]["value"] == recompute(told["how"])
    assert over["how"]["rows"][0]["account_id"]
    assert told["definition"].startswith("Net revenue retention")
    assert told["drivers"] and told["rules"][0]["text"]
    line = told["lines"][0]
    assert line["raw_table"] == "contract_lines"
    assert line["raw_key"] == line["contract_line_id"]
    assert line["source_file"].startswith("contract_lines")
    assert told["run"]["run_id"] == run.run_id


def told_of(run: Run, cell: str, **at: str) -> Any:
    said = [part for name, value in at.items() for part in ("--at", f"{name}={value}")]
    result = asked(run.path, cell, *said, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_period_is_its_months_and_they_are_their_accounts(run: Run) -> None:
    at = {"period_type": "quarter", "period": "2025-10"}
    told = told_of(run, "kpi_mrr_bridge_periods.churn_mrr", **at)
    parts = told["how"]["parts"]
    assert [part["month"] for part in parts] == ["2025-10-01", "2025-11-01", "2025-12-01"]
    assert number(told["cell"]["value"]) == recompute(told["how"])
    accounts = {row["account_id"] for part in parts for row in part["how"]["rows"]}
    assert accounts
    assert {line["account_id"] for line in told["lines"]} <= accounts
    before = told_of(run, "kpi_mrr_bridge_periods.opening_accounts", **at)["how"]["parts"]
    assert [(part["month"], part["column"]) for part in before] == [
        ("2025-09-01", "paying_accounts")
    ]
    first, *_ = told_of(run, "kpi_mrr_bridge_periods.opening_mrr", **at)["how"]["parts"]
    assert first["month"] == "2025-10-01"
    page = asked(
        run.path, "kpi_mrr_bridge_periods.quick_ratio", *("--at", "period_type=quarter")
    ).stdout
    assert "+ gained_mrr = " in page


def test_the_retention_of_a_period_is_that_of_its_cohort(run: Run) -> None:
    quarter = told_of(
        run, "kpi_nrr_periods.nrr_low", period_type="quarter", period="2025-10", basis="restated"
    )
    assert quarter["cell"]["key"]["retention_window"] == "period"
    of = quarter["how"]["cell"]
    assert (of["mart"], of["column"]) == ("kpi_nrr", "nrr_low")
    assert (of["key"]["month"], of["key"]["retention_window"]) == ("2025-12-01", "3m")
    half = {"period_type": "half", "period": "2025-10"}
    assert told_of(run, "kpi_nrr_periods.nrr", **half)["how"]["operation"] == "ratio"
    assert told_of(run, "kpi_nrr_periods.closing_mrr", **half)["how"]["operation"] == "parts"
    assert told_of(run, "kpi_nrr_periods.opening_mrr", **half)["how"]["because"] == NO_ROW
    assert told_of(run, "kpi_nrr_periods.nrr_low", **half)["how"]["because"] == NO_ROW


def test_an_interval_shows_every_account_its_sums_and_the_thresholds(run: Run) -> None:
    told = told_of(run, "kpi_nrr.logo_retention_low", retention_window="3m")
    how = told["how"]
    assert (how["operation"], how["end"]) == ("interval", "logo_retention_low")
    assert how["by"] == "docs/specification/revenue.md#2.4-intervals"
    assert how["sums"]["n"] == len(how["rows"]) > 10
    assert set(how["rows"][0]) >= {"account_id", "opening_mrr", "closing_mrr", "kept_mrr"}
    assert how["thresholds"]["z"] == "1.959964"
    assert told["meanings"][told["words"]["interval_note"]]
    assert recompute(how) == pytest.approx(told["cell"]["value"], rel=1e-9)
    page = asked(run.path, "kpi_nrr.logo_retention_low", "--at", "retention_window=3m").stdout
    assert "Follows by docs/specification/revenue.md#2.4-intervals from" in page
    assert "  z = 1.959964" in page


def test_what_a_seal_does_not_have_of_a_period_or_an_interval_is_said(
    run: Run, tmp_path: Path
) -> None:
    shutil.copytree(run.path, tmp_path / "copy")
    with duckdb.connect(str(tmp_path / "copy" / "marts.duckdb")) as con:
        con.execute("update kpi_mrr_bridge_periods set churn_arr = null")
    manifest = {**run.manifest, "seals": {f"2025-{month:02}": {} for month in range(1, 13)}}
    (tmp_path / "copy" / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    copied = replace_path(tmp_path / "copy")
    at = {"period_type": "quarter", "period": "2025-10", "basis": "as_reported"}
    arr = told_of(copied, "kpi_mrr_bridge_periods.churn_arr", **at)
    assert arr["how"]["because"] == NOT_IN_SEAL
    mrr = told_of(copied, "kpi_mrr_bridge_periods.churn_mrr", **at)
    assert number(mrr["cell"]["value"]) == recompute(mrr["how"])
    sealed = told_of(copied, "kpi_nrr.grr_low", month="2025-12", basis="as_reported")
    assert sealed["how"]["because"] == NOT_SEALED
    (tmp_path / "copy" / DEFINITIONS).unlink()
    assert told_of(copied, "kpi_nrr.grr_low")["how"]["because"] == NOT_THERE


def test_a_copy_explains_itself_as_the_home_does(
    sample_company: Company, run: Run, tmp_path: Path
) -> None:
    shutil.copytree(run.path, tmp_path / "copy")
    there = asked(sample_company.home, "kpi_mrr_bridge.churn_mrr")
    copied = asked(tmp_path / "copy", "kpi_mrr_bridge.churn_mrr")
    assert copied.exit_code == 0
    assert copied.stdout == there.stdout
    assert "specification/revenue.md#2.2: 2.2 Movements" in copied.stdout


def test_a_run_without_definitions_has_its_anchors_alone(run: Run, tmp_path: Path) -> None:
    shutil.copytree(run.path, tmp_path / "copy")
    (tmp_path / "copy" / DEFINITIONS).unlink()
    told = json.loads(asked(tmp_path / "copy", "kpi_nrr.grr", "--json").stdout)
    assert {rule["text"] for rule in told["rules"]} == {None}
    assert told["meanings"] == {}


def test_a_line_that_ended_says_by_which_rule(run: Run, marts: duckdb.DuckDBPyConnection) -> None:
    account, month = marts.execute(
        "select account_id, month from fct_mrr_lines where ended_by = 'terminated' "
        "and basis = 'restated' order by all limit 1"
    ).fetchall()[0]
    at = ["--at", f"account_id={account}", "--at", f"month={month}"]
    page = asked(run.path, "fct_mrr_movements.closing_mrr", *at).stdout
    assert "terminated: It was terminated before its agreed end" in page


def test_whatever_is_not_claimed_is_not_explained(run: Run) -> None:
    page = asked(run.path, "kpi_nrr.nrr_band").stdout
    assert NOT_CLAIMED in page
    assert "explained of kpi_nrr: opening_mrr, " in page
    for cell in ("dim_plans.tier_rank", "fct_accounts_today.mrr", "kpi_nrr.is_beyond_chance"):
        assert NOT_CLAIMED in asked(run.path, cell).stdout
    assert NOT_CLAIMED in asked(run.path, "kpi_scorecard.value", "--at", "metric=ltv_cac").stdout


def test_without_a_cell_it_lists_what_can_be_asked(run: Run) -> None:
    assert "kpi_nrr: opening_mrr, " in asked(run.path).stdout
    assert "value" in json.loads(asked(run.path, "--json").stdout)["kpi_scorecard"]


def test_of_a_sealed_segment_the_rate_is_explained_and_not_who_is_in_it(
    run: Run, marts: duckdb.DuckDBPyConnection
) -> None:
    month = str(marts.execute("select max(month) from kpi_nrr").fetchall()[0][0])
    sealed = {month[:7]: {"digest": "d", "closing_mrr": "1"}}
    manifest = {**run.manifest, "seals": sealed}
    segment = [f"month={month}", "segment_type=country", "segment=JP", "basis=as_reported"]

    def told(column: str, at: list[str]) -> Any:
        return answer(marts, manifest, run.path, f"kpi_nrr.{column}", at)

    assert told("closing_mrr", segment)["how"]["because"] == NOT_SEALED
    rate = told("nrr", segment)
    assert rate["how"]["operation"] == "ratio"
    assert rate["how"]["numerator"][0]["how"]["because"] == NOT_SEALED
    assert rate["seal"] == {"month": month[:7], "digest": "d", "closing_mrr": "1"}
    assert told("closing_mrr", ["basis=as_reported"])["how"]["operation"] == "sum"
    assert told("closing_mrr", segment[:3])["how"]["operation"] == "sum"


def test_what_a_run_of_an_earlier_version_lacks_is_said(run: Run, tmp_path: Path) -> None:
    shutil.copytree(run.path, tmp_path / "copy")
    with duckdb.connect(str(tmp_path / "copy" / "marts.duckdb")) as con:
        con.execute("drop table fct_mrr_lines")
    assert (
        NOT_THERE in asked(tmp_path / "copy", "dim_accounts.current_mrr", "--at", account()).stdout
    )
    page = asked(tmp_path / "copy", "kpi_nrr.nrr").stdout
    assert "Numerator" in page and "Contract lines" not in page


def account() -> str:
    return "account_id=E81"


def test_who_asks_for_what_there_is_not_is_told_what_there_is(run: Run, tmp_path: Path) -> None:
    home = run.path
    assert "'nrr' is no cell: write MART.COLUMN" in refusal(home, "nrr")
    assert "--at is NAME=VALUE, not 'month'" in refusal(home, "kpi_nrr.nrr", "--at", "month")
    assert "this run has no mart 'kpi_nr' (nearest: kpi_nrr" in refusal(home, "kpi_nr.nrr")
    assert "kpi_nrr has no column 'nnr' (nearest: nrr" in refusal(home, "kpi_nrr.nnr")
    assert "'x' is no key of kpi_nrr (its key: month" in refusal(home, "kpi_nrr.nrr", "--at", "x=1")
    assert "which account_id of fct_mrr? say --at account_id=" in refusal(home, "fct_mrr.mrr")
    assert "which segment of kpi_nrr?" in refusal(
        home, "kpi_nrr.nrr", "--at", "segment_type=country"
    )
    assert "kpi_nrr has no row with retention_window '12' (nearest: 12m" in refusal(
        home, "kpi_nrr.nrr", "--at", "retention_window=12"
    )
    # Months by their distance, not by their digits.
    early = refusal(home, "kpi_mrr_bridge.churn_mrr", "--at", "month=2012-06")
    assert re.search(r"\(nearest: (\d{4}-\d{2}-01(, )?){5}\)", early)
    days = re.findall(r"\d{4}-\d{2}-01", early)[1:]
    assert days == sorted(days)
    between = refusal(home, "kpi_mrr_bridge.churn_mrr", "--at", "month=2025-11-20")
    assert "(nearest: 2025-12-01, 2025-11-01, 2026-01-01, 2025-10-01, 2026-02-01)" in between
    assert "kpi_mrr_bridge has no row with month 'June'" in refusal(
        home, "kpi_mrr_bridge.churn_mrr", "--at", "month=June"
    )
    assert "which period_type of kpi_nrr_periods?" in refusal(home, "kpi_nrr_periods.nrr")
    assert "nothing is published in" in refusal(tmp_path, "kpi_nrr.nrr")
    damaged = tmp_path / "damaged"
    shutil.copytree(home, damaged)
    (damaged / "marts.duckdb").write_bytes(b"no database")
    assert "cannot be opened" in refusal(damaged, "kpi_nrr.nrr")
    (damaged / "marts.duckdb").unlink()
    assert "is gone: copy it again" in refusal(damaged, "kpi_nrr.nrr")
