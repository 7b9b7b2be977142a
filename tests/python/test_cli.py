"""The command as a person uses it: what it prints, what it refuses, how it ends, what it leaves."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
import yaml
from rich.console import Console
from typer.testing import CliRunner, Result

from builds import Company
from expansion_warehouse import cli
from expansion_warehouse.documents import allowed
from expansion_warehouse.engine.lock import build_lock
from expansion_warehouse.engine.transform import Transformer
from expansion_warehouse.environment import Places, find_places
from expansion_warehouse.errors import BadInput
from expansion_warehouse.publish.runs import Run, current_run, hash_manifest
from expansion_warehouse.publish.summary import measure_headline, print_summary
from expansion_warehouse.publish.trends import blocks
from expansion_warehouse.raw.contract import read_contract
from expansion_warehouse.raw.folder import hash_inputs, inspect_raw_folder
from expansion_warehouse.raw.hashes import digest_of
from expansion_warehouse.settings import RunSettings, Settings, resolve_settings
from tiny_project import RAW, ROOT, Tiny, make_tiny, query, write_raw

BUILD = ("build", "--as-of", "2025-06-30")
NOW = datetime(2025, 7, 8, 22, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """A tiny warehouse with one published run."""
    tiny = make_tiny(tmp_path_factory.mktemp("built"))
    done = tiny.run(*BUILD)
    assert done.returncode == 0, done.stderr
    return tiny


@pytest.fixture
def warehouse(built: Tiny, tmp_path: Path) -> Tiny:
    """A copy of it that a test may change."""
    shutil.copytree(built.project, tmp_path / "project")
    shutil.copytree(built.home, tmp_path / "home", symlinks=True)
    return Tiny(project=tmp_path / "project", home=tmp_path / "home")


def call(tiny: Tiny, *arguments: str) -> Result:
    """Run the command inside this process: quick, for what ends before dbt starts."""
    return CliRunner().invoke(cli.app, list(arguments), env=tiny.environment())


def refused(tiny: Tiny, *arguments: str) -> str:
    """The one line with which the command refuses; it must be one line, without a traceback."""
    before = tiny.current()
    done = call(tiny, *arguments)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if not line.startswith(("✓", "✗"))]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    assert tiny.current() == before
    return lines[0].removeprefix("error: ")


# ---- help ----


def test_help_is_fast_and_loads_no_engine() -> None:
    probe = (
        "import sys\nfrom expansion_warehouse.cli import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'dbt', 'duckdb', 'great_expectations', 'pandas'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe],
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for command in ("sample", "import", "build", "check", "status", "verify", "rollback"):
        assert command in done.stdout


@pytest.mark.parametrize("command", ["sample", "import", "build", "check", "verify", "rollback"])
def test_every_command_teaches_by_example(built: Tiny, command: str) -> None:
    done = call(built, command, "--help")
    assert done.exit_code == 0
    assert f"warehouse {command}" in done.stdout


def test_without_a_command_the_help_is_shown(built: Tiny) -> None:
    assert "Exit codes" in call(built).stdout


def test_the_version_is_one_line(built: Tiny) -> None:
    done = call(built, "--version")
    assert done.exit_code == 0
    assert re.fullmatch(r"warehouse \d\S* \(dbt \d\S*, DuckDB \d\S*\)\n", done.stdout)


def test_a_shell_completes_commands(built: Tiny) -> None:
    asked = {
        "_WAREHOUSE_COMPLETE": "complete_bash",
        "COMP_WORDS": "warehouse ro",
        "COMP_CWORD": "1",
    }
    done = CliRunner().invoke(cli.app, [], env=built.environment() | asked, prog_name="warehouse")
    assert done.stdout.split() == ["rollback"]


# ---- what is refused with exit code 2 ----


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["build", "--nonsense"], "No such option: --nonsense"),
        (["check", "nonsense"], "'nonsense' is not one of 'raw', 'marts'"),
        (["close"], "Missing argument 'month' (e.g. `warehouse close 2026-05`; see `"),
        (["import"], "name a system (chargebee, csv, "),
        (["import", "ravenstack"], "name the export with --from"),
        (
            ["check"],
            "Missing argument 'suite'. Choose from: raw, marts (e.g. `warehouse check ",
        ),
        (["build", "--keep", "0"], "Invalid value for '--keep'"),
        (["build", "--as-of", "2025-02-30"], "--as-of: '2025-02-30' is not a date (YYYY-MM-DD)"),
        (["build", "--as-of", "20250228"], "--as-of: '20250228' is not a date (YYYY-MM-DD)"),
        (["build", "--as-of", "yesterday"], "--as-of: 'yesterday' is not a date (YYYY-MM-DD)"),
        (["build", "--known-at", "2025-13-01"], "--known-at: '2025-13-01' is not a date"),
        (["build", "--target", "oracle"], "unknown target 'oracle' (known: duckdb)"),
        (["build", "--vars", "{clos_day: 8}"], "unknown setting 'clos_day' (did you mean 'close_"),
        (["build", "--vars", "{close_day: 40}"], "--vars: close_day must be from 1 to 28, not 40"),
        (["build", "--vars", "{close_day: x}"], "close_day must be a whole number, not 'x'"),
        (["build", "--vars", "{overlap_policy: x}"], "must be one of add, latest_signed_wins"),
        (["build", "--vars", "{business_timezone: x}"], "unknown time zone 'x'"),
        (["build", "--vars", "{reporting_currency: yen}"], "three capital letters"),
        (["build", "--vars", "{as_of_date: 2025-02-30}"], "--vars: as_of_date: '2025-02-30' is"),
        (["build", "--vars", "{close_day: true}"], "close_day must be a whole number, not True"),
        (["build", "--vars", "{dunning_days: 10^20}"], "must be a whole number, not '10^20'"),
        (
            ["build", "--vars", f"{{dunning_days: 1{'0' * 20}}}"],
            "dunning_days must be from 0 to ",
        ),
        (["build", "--vars", "{min_segment_accounts: 0}"], "must be from 1 to 1000000, not 0"),
        (
            ["build", "--vars", "{rfm_mode: package, rfm_mode: strict}"],
            "rfm_mode stands twice (",
        ),
        (["build", "--vars", "{business_timezone: posixrules}"], "unknown time zone 'posixrules'"),
        (["build", "--vars", "{business_timezone: 9}"], "business_timezone must be a text, not 9"),
        (
            ["build", "--vars", "{segments: region}"],
            "--vars: segments must be a list, not 'region'",
        ),
        (["build", "--vars", "{segments: [plan, 5]}"], "segments.1 must be a text, not 5"),
        (
            ["build", "--vars", "{segments: [a x b x c]}"],
            "--vars: segments: 'a x b x c' is neither a name nor two different ones as 'one x ot",
        ),
        (
            ["build", "--vars", "{segments: [plan  x plan]}"],
            "'plan  x plan' is neither a name nor ",
        ),
        (["build", "--vars", "{segments: [' ']}"], "' ' is neither a name nor two different ones"),
        (["build", "--vars", "{segments: ['it''s']}"], "is neither a name nor two different ones"),
        (["build", "--as-of", "9999-12-31"], "--as-of: '9999-12-31' is not from 1970-01-01 to 22"),
        (["build", "--vars", "{known_at: 0001-01-01}"], "--vars: known_at: '0001-01-01' is not fr"),
        (["build", "--vars", "{"], "--vars is not valid YAML"),
        (["build", "--vars", "close_day"], "--vars must hold `name: value` pairs"),
        (["build", "--raw", "/nowhere"], "no raw folder /nowhere: make a sample company with `war"),
        (["import", "nonsense", "--from", "/nowhere"], "nonsense"),
        (["rollback", "nonsense"], "no published run 'nonsense'"),
    ],
)
def test_wrong_usage_is_one_line(built: Tiny, arguments: list[str], expected: str) -> None:
    assert expected in refused(built, *arguments)


def drop(name: str) -> Callable[[Path], object]:
    return lambda raw: (raw / name).unlink()


def write(name: str, text: str) -> Callable[[Path], object]:
    return lambda raw: (raw / name).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (shutil.rmtree, "no raw folder"),
        (lambda raw: [file.unlink() for file in raw.iterdir()], "`warehouse sample`"),
        (drop("plans.csv"), "required table plans is missing"),
        (
            write("plans.csv", "plan_id,product_id,tier_rnk\nL1,P1,1\n"),
            "plans.csv: required column tier_rank is missing (did you mean tier_rnk?)",
        ),
        (
            write("plans.csv", "plan_id;product_id;tier_rank\nL1;P1;1\n"),
            "plans.csv has semicolons between its columns: write commas",
        ),
        (write("plans.csv", ""), "plans.csv is empty"),
        (write("plans.parquet", "no parquet"), "table plans is there twice"),
        (lambda raw: (raw / "plans.csv").rename(raw / "plans.parquet"), "cannot be read"),
        (write("settings.yml", "closeday: 8"), "unknown setting 'closeday' (did you mean"),
        (write("settings.yml", "close_day: 8.5"), "settings.yml: close_day must be a whole"),
        (write("settings.yml", "as_of_date: 2025-06-31"), "as_of_date: '2025-06-31' is not a d"),
        (write("settings.yml", "close_day: 5\nclose_day: 6"), "close_day stands twice (line 2)"),
        (write("settings.yml", "a: [1"), "settings.yml is not valid YAML"),
        (write("settings.yml", "- a"), "settings.yml must hold `name: value` pairs"),
    ],
)
def test_wrong_input_is_one_line(
    tmp_path: Path, change: Callable[[Path], object], expected: str
) -> None:
    tiny = make_tiny(tmp_path)
    change(tiny.raw)
    assert expected in refused(tiny, "build")


def test_a_project_elsewhere_is_named(tmp_path: Path) -> None:
    tiny = Tiny(project=tmp_path, home=tmp_path)
    assert "no dbt_project.yml" in refused(tiny, "build")


def test_a_malformed_csv_is_refused_in_one_line(warehouse: Tiny) -> None:
    write_raw(warehouse.raw, {"accounts": "account_id,account_name\nA1,Alpha\nA2,B,C\n"})
    assert "accounts.csv cannot be read: line 3 has 3 columns, not 2" in refused(warehouse, *BUILD)
    # Too far down for the header check: found when the whole file is read.
    many = "".join(f"A{number},x\n" for number in range(40_000))
    write_raw(warehouse.raw, {"accounts": f"account_id,account_name\n{many}A2,B,C\n"})
    expected = "the raw folder cannot be read: accounts.csv line 40002 has 3 columns, not 2"
    assert refused(warehouse, *BUILD, "--quiet") == expected


def test_a_segment_that_nobody_has_stops_before_anything_is_built(warehouse: Tiny) -> None:
    before = warehouse.current()
    (warehouse.raw / "settings.yml").write_text("segments: [plan, csm_ownr]\n", encoding="utf-8")
    said = refused(warehouse, *BUILD)
    expected = "settings.yml: segments: no account has an attribute 'csm_ownr' (did you mean 'csm_"
    assert expected in said
    said = refused(warehouse, *BUILD, "--vars", "{segments: [country x regin]}")
    assert "--vars: segments: no account has an attribute 'regin' (" in said
    assert warehouse.current() == before


# ---- a whole run ----


def test_a_run_tells_its_story(built: Tiny) -> None:
    manifest = json.loads((built.published / "current" / "run.json").read_text())
    assert manifest["run_id"] == built.current()
    assert manifest["as_of_date"] == "2025-06-30"
    assert manifest["known_at"] is None
    assert manifest["row_counts"] == {"dq_quarantine": 1, "fct_mrr": 2, "fct_mrr_movements": 2}
    assert manifest["vars"]["reporting_currency"] == "JPY"
    assert [file["path"] for file in manifest["inputs"]] == sorted(f"{name}.csv" for name in RAW)
    assert all(len(file["sha256"]) == 64 and file["bytes"] > 0 for file in manifest["inputs"])
    assert manifest["versions"]["dbt"] and manifest["versions"]["duckdb"]
    assert set(manifest["timings"]) == {
        *("input", "prepare", "raw_gate", "dbt", "mart_gate", "report", "workbook"),
    }
    coverage = {entry["table"]: entry for entry in manifest["coverage"]}
    assert "accounts" not in coverage
    assert coverage["invoices"] == {
        "table": "invoices",
        "state": "absent",
        "rows": 0,
        "marts": ["dq_quarantine"],
    }
    assert [report["suite"] for report in manifest["checks"]] == ["raw", "marts"]
    assert manifest["checks"][0]["warnings"] == 1
    (warned,) = manifest["dbt"]["warned"]
    assert warned.startswith("mrr_is_not_one: account_id A1, month 2025-06-01, product_id P1")
    assert manifest["headline"]["revenue"]["closing_mrr"] == 200000
    assert manifest["headline"]["quarantine"] == {"bad_number": 1}


def test_after_a_kill_the_next_build_works_and_knows_the_last_good_run(warehouse: Tiny) -> None:
    before = warehouse.current()
    process = subprocess.Popen(
        [sys.executable, "-m", "expansion_warehouse.cli", *BUILD],
        env=warehouse.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    with process.stderr as steps:
        next(line for line in steps if "Raw gate" in line)
        process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert warehouse.current() == before
    assert query(warehouse, "select count(*) from fct_mrr") == [(2,)]

    lines = (
        RAW["contract_lines"].replace("starts_on", "starts_on,noise").replace("05-01", "05-01,x")
    )
    empty = "invoice_id,account_id,issued_on,amount,currency\n"
    write_raw(warehouse.raw, {"contract_lines": lines, "invoices": empty})
    done = call(warehouse, *BUILD)
    assert done.exit_code == 0, done.stderr
    assert warehouse.current() != before
    check_summary(" ".join(done.stdout.split()))
    assert len([line for line in done.stderr.splitlines() if line.startswith("✓")]) == 6
    manifest = json.loads((warehouse.published / "current" / "run.json").read_text())
    states = {entry["table"]: entry["state"] for entry in manifest["coverage"]}
    assert (states["invoices"], states["costs"]) == ("empty", "absent")
    names = {result["name"] for report in manifest["checks"] for result in report["results"]}
    assert {"contract_lines.volume.warning", "contract_lines.unit_price.drift.warning"} <= names
    assert "fct_mrr.volume.warning" in names


def check_summary(shown: str) -> None:
    """The closing summary, with its line breaks taken out."""
    assert "MRR JPY 200,000 +200,000 in June 2025" in shown
    assert "Paying accounts 2 2 new, 0 churned" in shown
    assert "Quarantined 1 row 1 bad number" in shown
    assert "Not in the input account_attributes, plan_features" in shown
    assert "Ignored columns contract_lines.noise" in shown
    assert "published/current/report.html" in shown
    assert "marts.duckdb DuckDB 1.2 or newer, read-only" in shown
    assert "Rows of a mart warehouse show" in shown


def test_a_failing_test_publishes_nothing(warehouse: Tiny) -> None:
    before = warehouse.current()
    done = call(warehouse, *BUILD, "--vars", "{close_day: 9}", "--quiet")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "1 of 5 nodes failed, nothing published" in done.stderr
    assert (
        "test mrr_is_not_one: account_id A1, month 2025-06-01, product_id P1, "
        "basis restated, mrr 100000; account_id A2, " in done.stderr
    )
    assert warehouse.current() == before


def test_another_day_does_not_let_dbt_read_the_project_again(tmp_path: Path) -> None:
    """Without a setting the day is yesterday, so that it would be all of it every morning."""
    tiny = make_tiny(tmp_path)
    places = Places(project=tiny.project, home=tiny.home, raw=tiny.raw)

    def begun_anew(told: dict[str, Any]) -> int:
        Transformer(places, "duckdb", told, None).parse()
        return (places.logs / "dbt.log").read_text(encoding="utf-8").count("Unable to do partial")

    first = begun_anew({"as_of_date": "2025-06-30"})
    assert begun_anew({"as_of_date": "2025-07-01", "known_at": "2025-07-01"}) == first
    assert begun_anew({"close_day": 9}) == first + 1


def test_an_error_of_the_raw_gate_stops_before_anything_is_built(warehouse: Tiny) -> None:
    contracts = warehouse.raw / "contract_lines.csv"
    more = "".join(f"D{n},K1,A1,P1,recurring,1,10,month,JPY,soon\n" for n in range(7))
    contracts.write_text(contracts.read_text() + more)
    before = warehouse.current()
    done = call(warehouse, *BUILD, "--json")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "raw gate: contract_lines: expected: at most 50% of the rows are rejected" in done.stderr
    assert "8 of 10 rows (80.0 %)" in done.stderr
    assert "see " in done.stderr
    assert warehouse.current() == before
    page = (warehouse.home / "quality" / "raw.html").read_text()
    assert "Stopped: an expectation of severity error was not met" in page
    assert query(warehouse, "select count(*) from fct_mrr") == [(2,)]


def test_an_error_of_the_mart_gate_publishes_nothing(warehouse: Tiny) -> None:
    model = warehouse.project / "models" / "marts" / "fct_mrr.sql"
    model.write_text(model.read_text().replace("sum(unit_price * quantity)", "double 'infinity'"))
    before = warehouse.current()
    done = call(warehouse, *BUILD, "--quiet")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "marts gate: fct_mrr: expected: no number is infinite or not a number" in done.stderr
    assert warehouse.current() == before


def test_the_second_build_says_so_and_ends_with_3(built: Tiny) -> None:
    with build_lock(built.home / "build.lock"):
        for arguments in (["build"], ["check", "raw"], ["rollback"]):
            done = call(built, *arguments)
            assert done.exit_code == 3
            assert done.stderr.count("\n") == 1
            assert (
                f"another build is running in {built.home} (process {os.getpid()})" in done.stderr
            )


def test_a_database_held_by_another_program_ends_with_3(warehouse: Tiny) -> None:
    with duckdb.connect(str(warehouse.home / "build.duckdb")):
        done = warehouse.run(*BUILD, "--quiet")
    assert done.returncode == 3
    assert done.stderr == (
        f"error: build.duckdb is open in process {os.getpid()}: close it and try again\n"
    )


def test_a_damaged_database_is_made_anew(warehouse: Tiny) -> None:
    before = warehouse.current()
    (warehouse.home / "build.duckdb").write_bytes(b"x" * 5000)
    (warehouse.published / "current" / "run.json").write_text("{")
    done = call(warehouse, *BUILD)
    assert done.exit_code == 0, done.stderr
    assert "! build.duckdb was damaged: this build makes it anew" in done.stderr.replace(
        str(warehouse.home) + "/", ""
    )
    assert f"! nothing is compared with run {before}: " in done.stderr
    assert warehouse.current() != before
    assert query(warehouse, "select sum(mrr) from fct_mrr") == [(200000,)]
    shown = call(warehouse, "status").stdout
    assert f"→  {warehouse.current()}" in shown
    assert f"run.json is damaged: put it back from a backup, or delete {before}" in shown


def test_what_is_published_is_private_and_names_no_path_of_the_machine(built: Tiny) -> None:
    places = [built.home / name for name in ("published", "quality", "logs", "state")]
    assert {path.stat().st_mode & 0o077 for path in places} == {0}
    files = [built.home / "build.duckdb", *(built.published).rglob("*")]
    modes = {path.stat().st_mode & 0o077 for path in files if not path.is_symlink()}
    assert modes == {0}
    assert str(built.home.parent) not in (built.published / "current" / "run.json").read_text()


def test_verify_says_what_is_as_it_was_made_and_what_is_not(warehouse: Tiny) -> None:
    done = call(warehouse, "verify")
    assert (done.exit_code, done.stdout) == (0, "1 runs and 0 seals are as they were made.\n")
    (warehouse.published / "current" / "parquet" / "fct_mrr.parquet").write_bytes(b"x")
    done = call(warehouse, "verify")
    assert done.exit_code == 1
    assert "fct_mrr.parquet is not the file that was published: put it back" in done.stderr
    assert done.stderr.startswith("error: not as it was made: ")
    found = json.loads(call(warehouse, "verify", "--all", "--json").stdout)
    assert len(found["findings"]) == 1
    assert "there is no run before" in refused(warehouse, "rollback")


@pytest.mark.parametrize("text", ["{", "[]", '{"headline": {"revenue": {"closing_mrr": "x"}}}'])
def test_status_lists_the_other_runs_beside_a_damaged_one(warehouse: Tiny, text: str) -> None:
    first = warehouse.current()
    assert first is not None
    second = warehouse.published / "29990101T000000Z-later000"
    shutil.copytree(warehouse.published / first, second)
    (second / "run.json").write_text(text)
    done = call(warehouse, "status")
    assert done.exit_code == 0, done.stderr
    assert second.name in done.stdout
    assert re.search(rf"→ +{first} +2025-06-30 +200,000", done.stdout)
    listed = json.loads(call(warehouse, "status", "--json").stdout)["runs"]
    assert [run["run_id"] for run in listed] == [second.name, first]


def test_close_on_a_damaged_run_names_it(warehouse: Tiny) -> None:
    (warehouse.published / "current" / "marts.duckdb").write_bytes(b"x")
    assert "marts.duckdb is not the file that was published" in refused(
        warehouse, "close", "2025-05"
    )
    (warehouse.published / "current" / "run.json").write_text("{")
    assert "run.json is damaged: put it back from a backup" in refused(
        warehouse, "close", "2025-05"
    )


def test_a_project_without_months_cannot_be_sealed(warehouse: Tiny) -> None:
    assert "has no dim_months: only a project with the finance marts is sealed" in refused(
        warehouse, "close", "2025-05"
    )


def test_a_home_that_is_not_there_is_named(built: Tiny, tmp_path: Path) -> None:
    home = str(tmp_path / "absent")
    assert "there is no home " in refused(built, "rollback", "--home", home)
    assert "nothing is published in " in refused(built, "verify", "--home", home)
    assert not (tmp_path / "absent").exists()


def test_a_damaged_seal_is_named_with_its_remedy(warehouse: Tiny) -> None:
    seal = warehouse.home / "closed" / "2025-05"
    seal.mkdir(parents=True)
    (seal / "seal.json").write_text("{")
    for arguments in (BUILD, ("close", "2025-05")):
        line = refused(warehouse, *arguments)
        assert "the seal of 2025-05 cannot be used: " in line
        assert "seal.json is damaged; put the folder back from a backup" in line


def test_too_little_room_is_said_before_anything_is_written(
    warehouse: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1_000_000))
    assert re.search(
        r"home: a build needs about \d+ MB and 1 MB are free: make room there",
        refused(warehouse, *BUILD).replace(str(warehouse.home), "home"),
    )


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (PermissionError(13, "Permission denied", "/data/raw"), "/data/raw: permission denied: l"),
        (OSError(30, "Read-only file system", "/data"), "/data: the file system is read-only: n"),
        (OSError(28, "No space left on device", "/data"), "/data: no space left: make room"),
    ],
)
def test_a_disk_or_a_permission_is_one_line_wherever_it_strikes(
    built: Tiny, monkeypatch: pytest.MonkeyPatch, error: OSError, expected: str
) -> None:
    def strike(*arguments: object) -> None:
        raise error

    monkeypatch.setattr("expansion_warehouse.commands.build.inspect_raw_folder", strike)
    assert refused(built, *BUILD).startswith(expected)


def interrupt(tiny: Tiny, line: str, wait: float) -> tuple[int, str]:
    """Press Ctrl-C a while after a line has been printed; how the build ends, what it says last."""
    process = subprocess.Popen(
        [sys.executable, "-m", "expansion_warehouse.cli", *BUILD],
        env=tiny.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Where tests run in the background of a shell, interrupts are ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    assert process.stderr is not None
    with process.stderr as steps:
        next(text for text in steps if line in text)
        time.sleep(wait)
        os.killpg(process.pid, signal.SIGINT)
        rest = steps.read()
    code = process.wait()
    # Python ends by the signal itself where it came inside an `exec`, e.g. while a class is made;
    # a shell shows both alike.
    return 128 - code if code < 0 else code, rest.splitlines()[-1]


@pytest.mark.parametrize(("line", "wait"), [("Read the raw", 0.5), ("Raw gate", 1.0)])
def test_an_interrupt_ends_with_130_also_while_dbt_runs(
    warehouse: Tiny, line: str, wait: float
) -> None:
    before = warehouse.current()
    code, said = interrupt(warehouse, line, wait)
    assert (code, said.split(":")[:2]) == (130, ["error", " interrupted"])
    assert warehouse.current() == before


def test_an_interrupt_that_a_library_swallows_still_ends_with_130(
    built: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swallow(*arguments: object) -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None

    monkeypatch.setattr("expansion_warehouse.commands.build.inspect_raw_folder", swallow)
    done = call(built, *BUILD)
    assert done.exit_code == 130
    assert done.stderr.startswith("error: interrupted: readers see a whole run as before")


def test_check_judges_without_publishing(warehouse: Tiny) -> None:
    before = warehouse.current()
    done = call(warehouse, "check", "marts", "--json")
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["suite"], report["errors"]) == ("marts", 0)
    assert Path(report["page"]).is_file()
    (warehouse.raw / "accounts.csv").write_text("account_id\n")
    done = call(warehouse, "check", "raw")
    assert done.exit_code == 1
    assert "error: accounts: expected: the required table has rows; found: 0" in done.stdout
    assert "error: raw gate: accounts: expected: the required table has rows" in done.stderr
    assert warehouse.current() == before


def test_close_without_a_build_database_says_what_to_do(
    warehouse: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expansion_warehouse.commands.close.months_to_seal", lambda *_: ["2025-05"])
    database = warehouse.home / "build.duckdb"
    database.write_bytes(b"x" * 5000)
    assert "the build database was damaged: run `warehouse build` first, then close" in refused(
        warehouse, "close", "2025-05"
    )
    assert not database.exists()
    assert "there is no build database: run `warehouse build` first" in refused(
        warehouse, "close", "2025-05"
    )
    assert not (warehouse.home / "closed").exists() or not any(
        (warehouse.home / "closed").iterdir()
    )


def test_status_and_rollback(warehouse: Tiny) -> None:
    first = warehouse.current()
    assert first is not None
    second = warehouse.published / "29990101T000000Z-later000"
    shutil.copytree(warehouse.published / first, second)
    manifest = json.loads((second / "run.json").read_text())
    (second / "run.json").write_text(json.dumps({**manifest, "run_id": second.name}))
    (second / "run.json.sha256").write_text(hash_manifest(second))
    (warehouse.published / "current").unlink()
    (warehouse.published / "current").symlink_to(second.name)
    shown = call(warehouse, "status")
    assert [line.split()[:2] for line in shown.stdout.splitlines()[1:]] == [
        ["→", second.name],
        [first, "2025-06-30"],
    ]
    done = call(warehouse, "rollback", "--json")
    assert json.loads(done.stdout) == {"current": first, "before": second.name}
    assert warehouse.current() == first
    listed = json.loads(call(warehouse, "status", "--json").stdout)
    assert listed["current"] == first
    assert [run["run_id"] for run in listed["runs"]] == [second.name, first]
    assert listed["runs"][1]["closing_mrr"] == 200000
    call(warehouse, "rollback", second.name)
    assert warehouse.current() == second.name


def test_status_writes_out_what_could_steer_a_terminal(warehouse: Tiny) -> None:
    path = warehouse.published / "current" / "run.json"
    hostile = {**json.loads(path.read_text()), "as_of_date": "[red]\x1b[31m\u202e2025"}
    path.write_text(json.dumps(hostile))
    shown = call(warehouse, "status").stdout
    assert r"[red]\x1b[31m\u202e2025" in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_status_of_a_new_home_says_how_to_begin(tmp_path: Path) -> None:
    done = call(make_tiny(tmp_path), "status")
    assert done.exit_code == 0
    assert "Start with `warehouse build`" in done.stdout


@pytest.mark.slow
def test_the_summary_of_a_whole_company(sample_company: Company) -> None:
    run = current_run(sample_company.home / "published")
    assert run is not None
    console = Console(file=StringIO(), width=120)
    print_summary(run, sample_company.home, console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for label in ("MRR", "Paying accounts", "NRR 12 months", "GRR 12 months", "Health", "RFM"):
        assert re.search(rf"^{label}.* \d", shown, flags=re.MULTILINE), label


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"nrr_from": 1.15, "nrr_below": None}, "116.0 %  excellent, 115 %+"),
        ({"nrr_from": 1.1, "nrr_below": 1.175}, "116.0 %  excellent, 110–117.5 %"),
        ({"nrr_from": None, "nrr_below": 1.2}, "116.0 %  excellent, below 120 %"),
        ({}, "116.0 %  excellent"),
    ],
)
def test_the_summary_states_the_bounds_of_the_run(
    tmp_path: Path, bounds: dict[str, Any], words: str
) -> None:
    yearly = {"nrr": 1.16, "grr": 0.9, "nrr_band": "excellent", **bounds}
    run = Run("r", tmp_path, {"headline": {"retention": {"12m": yearly}}})
    console = Console(file=StringIO(), width=120)
    print_summary(run, tmp_path, console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert re.search(rf"^NRR 12 months +{re.escape(words)}$", shown, flags=re.MULTILINE), shown


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], "▁▂▃▄▅▆▇█"),
        ([5.0, None, 5.0], "▁ ▁"),
        ([-3.0, 3.0], "▁█"),
        ([None, 4.0], ""),
        ([], ""),
    ],
)
def test_a_trend_is_drawn_between_its_lowest_and_highest(
    values: list[float | None], drawn: str
) -> None:
    assert blocks(values) == drawn


def test_the_summary_fits_a_terminal_and_names_the_report_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "warehouse"
    folder = home / "published" / "r"
    folder.mkdir(parents=True)
    (folder.parent / "current").symlink_to("r")
    for name in ("report.html", "finance.xlsx", "marts.duckdb", "definitions.json"):
        (folder / name).touch()
    revenue = {"month": "2025-06-01", "opening_mrr": 1, "closing_mrr": 123456789}
    counts = {"paying_accounts": 1, "new_accounts": 0, "churned_accounts": 0}
    trends = {"mrr": [1.0, 2.0], "nrr_12m": [1.0] * 12}
    headline = {
        "revenue": {**revenue, **counts},
        "retention": {"12m": {"nrr": 1.16, "grr": 0.9, "nrr_band": "good"}},
        "trends": trends,
    }
    manifest = {"headline": headline, "row_counts": {"kpi_nrr": 1}, "as_of_date": "2025-06-30"}
    console = Console(file=StringIO(), width=80)
    print_summary(Run("20250701T000000Z-00000000", folder, manifest), home, console)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert [line for line in lines if len(line.rstrip()) > 80] == []
    assert lines[2] == "Report             warehouse/published/current/report.html"
    assert "  finance.xlsx     sums and ratios as live formulas" in lines
    assert "Why this number    warehouse explain kpi_nrr.nrr" in lines
    assert any(line.startswith("NRR 12 months") and "▁" * 12 in line for line in lines)
    assert not any("monday" in line for line in lines)


def test_bounds_of_the_nrr_bands_are_those_of_the_seed(tmp_path: Path) -> None:
    """An NRR of 116 % is excellent where the seed of the build says so."""
    with duckdb.connect(str(tmp_path / "marts.duckdb")) as con:
        con.execute(
            "create table kpi_nrr as select date '2025-06-01' as month, 'all' as segment_type,"
            " 'as_reported' as basis, '12m' as retention_window, 1.16 as nrr, 0.9 as grr,"
            " 'excellent' as nrr_band"
        )
    with duckdb.connect(str(tmp_path / "build.duckdb")) as con:
        con.execute(
            "create schema rules; create table rules.nrr_bands as from (values"
            " ('good', 1.00, 1.15), ('excellent', 1.15, null)) as t(band, nrr_from, nrr_below)"
        )
    headline = measure_headline(tmp_path / "marts.duckdb", tmp_path / "build.duckdb")
    yearly = headline["retention"]["12m"]
    assert (yearly["nrr_band"], yearly["nrr_from"], yearly["nrr_below"]) == (
        "excellent",
        1.15,
        None,
    )


# ---- settings ----


def settings(tmp_path: Path, company: str | None = None, **options: Any) -> RunSettings:
    (tmp_path / "dbt_project.yml").write_text(
        "vars: {as_of_date: null, known_at: null, close_day: 8, business_timezone: UTC,"
        " reporting_currency: JPY}"
    )
    if company is not None:
        (tmp_path / "settings.yml").write_text(company)
    asked = {"as_of": None, "known_at": None, "vars_text": None, "now": NOW, **options}
    return resolve_settings(tmp_path, tmp_path, **asked)


def test_settings_by_precedence(tmp_path: Path) -> None:
    assert settings(tmp_path).values.close_day == 8
    company = "close_day: 5\nas_of_date: 2025-05-31"
    found = settings(tmp_path, company, vars_text="{close_day: 6}")
    assert found.values.close_day == 6
    assert found.as_of_date.isoformat() == "2025-05-31"
    assert found.overrides == {"close_day": 6}
    found = settings(tmp_path, company, vars_text="{as_of_date: 2025-04-30}")
    assert found.as_of_date.isoformat() == "2025-04-30"
    assert found.overrides == {"as_of_date": "2025-04-30"}
    nobodys = settings(tmp_path, "close_day: 5")
    assert nobodys.overrides == {"as_of_date": nobodys.as_of_date.isoformat()}
    found = settings(tmp_path, vars_text="{as_of_date: 2025-04-30}", as_of="2025-03-31")
    assert found.as_of_date.isoformat() == "2025-03-31"
    assert str(settings(tmp_path, known_at="2025-04-08").values.known_at) == "2025-04-08"
    assert settings(tmp_path).values.known_at is None


def test_the_defaults_are_those_of_the_project() -> None:
    stated = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    assert list(stated.items()) == list(Settings().as_vars().items())


def test_every_setting_is_bounded_and_described() -> None:
    for name, field in Settings.model_fields.items():
        assert allowed(field), name
        assert field.description and field.description.endswith("."), name


def test_a_deprecated_setting_is_accepted_with_a_notice(tmp_path: Path) -> None:
    assert settings(tmp_path, "close_day: 5").notices == ()
    [notice] = settings(tmp_path, "usage_lookback_days: 9").notices
    assert notice.startswith("usage_lookback_days has no effect")
    assert settings(tmp_path, vars_text="{usage_lookback_days: 9}").notices == (notice,)


@pytest.mark.parametrize(("zone", "day"), [("UTC", "2025-07-07"), ("Asia/Tokyo", "2025-07-08")])
def test_without_an_as_of_date_it_is_yesterday_where_the_business_is(
    tmp_path: Path, zone: str, day: str
) -> None:
    assert settings(tmp_path, f"business_timezone: {zone}").as_of_date.isoformat() == day


def test_places_by_precedence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("WAREHOUSE_HOME", "WAREHOUSE_RAW", "WAREHOUSE_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    assert find_places(None, None).raw == tmp_path / "warehouse" / "raw"
    assert find_places(None, None).project == ROOT
    monkeypatch.setenv("WAREHOUSE_HOME", "home")
    assert find_places(None, None).raw == tmp_path / "home" / "raw"
    monkeypatch.setenv("WAREHOUSE_RAW", "/raw")
    assert find_places(None, None).raw == Path("/raw")
    places = find_places(Path("other"), Path("input"))
    assert (places.home, places.raw) == (tmp_path / "other", tmp_path / "input")


# ---- the raw folder ----


def contract_of(*names: str) -> Any:
    return [table for table in read_contract(ROOT) if table.name in names]


def test_a_folder_of_partitions_is_one_table(tmp_path: Path) -> None:
    tables = contract_of("accounts", "usage_events")
    write_raw(tmp_path, {"accounts": RAW["accounts"]})
    for day in ("2025-05-01", "2025-05-02"):
        part = tmp_path / "usage_events" / f"event_date={day}"
        part.mkdir(parents=True)
        row = "select 'A1' as account_id, 'login' as feature_key, now() as occurred_at, 1 as extra"
        duckdb.execute(f"copy ({row}) to '{part}/part.parquet'")
    folder = inspect_raw_folder(tmp_path, tables)
    assert len(folder.files["usage_events"]) == 2
    assert folder.unknown_columns == {"usage_events": ("extra",)}
    inputs = hash_inputs(folder, tmp_path / "state" / "hashes.json")
    assert [file.path for file in inputs] == [
        "accounts.csv",
        "usage_events/event_date=2025-05-01/part.parquet",
        "usage_events/event_date=2025-05-02/part.parquet",
    ]


def test_hashes_follow_the_content_even_from_the_cache(tmp_path: Path) -> None:
    tables = contract_of("accounts")
    write_raw(tmp_path, {"accounts": "account_id\nA1\n"})
    cache = tmp_path / "state" / "hashes.json"
    first = hash_inputs(inspect_raw_folder(tmp_path, tables), cache)
    assert hash_inputs(inspect_raw_folder(tmp_path, tables), cache) == first
    time.sleep(0.01)
    write_raw(tmp_path, {"accounts": "account_id\nA2\n"})
    second = hash_inputs(inspect_raw_folder(tmp_path, tables), cache)
    assert digest_of(first) != digest_of(second)
    cache.write_text("damaged")
    assert hash_inputs(inspect_raw_folder(tmp_path, tables), cache) == second


def test_column_names_may_differ_in_case_and_spaces(tmp_path: Path) -> None:
    write_raw(tmp_path, {"accounts": " ACCOUNT_ID ,Account_Name\nA1,Alpha\n"})
    assert inspect_raw_folder(tmp_path, contract_of("accounts")).unknown_columns == {}


def test_an_empty_folder_is_no_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no table of the contract"):
        inspect_raw_folder(tmp_path, contract_of("accounts"))
