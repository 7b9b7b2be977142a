"""`warehouse show`: rows of a mart of a published run."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from expansion_warehouse.cli import app


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run with one mart."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "run.json").write_text(json.dumps({"run_id": "R"}), encoding="utf-8")
    with duckdb.connect(str(folder / "marts.duckdb")) as con:
        con.execute(
            "create table kpi_small as select * from (values"
            " (date '2026-05-01', 'all', 1000.500::decimal(19, 3), 0.5::double, true),"
            " (date '2026-06-01', 'all', 2000.000::decimal(19, 3), null, false),"
            " (date '2026-06-01', '=cmd()\x1b[31m', -7.000::decimal(19, 3), 1.25::double, false)"
            ") as rows (month, segment, mrr, nrr, is_closed)"
        )
        con.execute("comment on table kpi_small is 'Grain: month. What it says. And more.'")
    return folder


def show(run_folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["show", *arguments, "--home", str(run_folder)])


def test_without_a_mart_every_mart_is_listed(run_folder: Path) -> None:
    shown = show(run_folder)
    assert shown.exit_code == 0
    assert "kpi_small" in shown.stdout
    assert "What it says" in shown.stdout
    assert "And more" not in shown.stdout
    listed = json.loads(show(run_folder, "--json").stdout)
    assert listed[0]["mart"] == "kpi_small"
    assert listed[0]["rows"] == 3


def test_conditions_columns_and_order_choose_what_is_shown(run_folder: Path) -> None:
    shown = show(
        run_folder, "kpi_small", "month=2026-06", "--columns", "mrr,nrr", "--order", "-mrr"
    )
    lines = [line.split() for line in shown.stdout.splitlines()]
    assert lines == [["mrr", "nrr"], ["2,000", "–"], ["-7", "1.25"], ["2", "rows"]]


def test_an_empty_value_is_a_missing_one(run_folder: Path) -> None:
    rows = json.loads(show(run_folder, "kpi_small", "nrr=", "--json").stdout)
    assert rows == [
        {"month": "2026-06-01", "segment": "all", "mrr": 2000, "nrr": None, "is_closed": False}
    ]


def test_csv_has_every_row_and_every_digit(run_folder: Path) -> None:
    rows = list(csv.reader(io.StringIO(show(run_folder, "kpi_small", "--csv").stdout)))
    assert rows[0] == ["month", "segment", "mrr", "nrr", "is_closed"]
    assert ["2026-05-01", "all", "1000.500", "0.5", "true"] in rows
    assert ["2026-06-01", "all", "2000.000", "", "false"] in rows
    assert len(rows) == 4


def test_what_is_left_out_is_counted(run_folder: Path) -> None:
    shown = show(run_folder, "kpi_small", "--limit", "1")
    assert "1 row of 3; --limit shows more" in shown.stdout


def test_no_name_steers_the_terminal(run_folder: Path) -> None:
    shown = show(run_folder, "kpi_small", "mrr=-7")
    assert "\x1b" not in shown.stdout
    assert r"=cmd()\x1b[31m" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["kpi_smal"], "this run has no mart 'kpi_smal' (nearest: kpi_small)"),
        (["kpi_small", "mont=2026-06"], "kpi_small has no column 'mont' (nearest: month"),
        (["kpi_small", "month"], "a condition is NAME=VALUE, not 'month', e.g. month=2026-06"),
        (["kpi_small", "month=June"], "'June' is no value of kpi_small.month (date)"),
        (["kpi_small", "--columns", ","], "--columns names no column"),
        (["kpi_small", "--columns", "nr"], "kpi_small has no column 'nr' (nearest: nrr"),
        (["kpi_small", "--order", "-mr"], "kpi_small has no column 'mr' (nearest: mrr"),
    ],
)
def test_wrong_arguments_are_said_in_one_line(
    run_folder: Path, arguments: list[str], said: str
) -> None:
    shown = show(run_folder, *arguments)
    assert shown.exit_code == 2
    assert shown.stderr.startswith(f"error: {said}")
    assert len(shown.stderr.splitlines()) == 1
