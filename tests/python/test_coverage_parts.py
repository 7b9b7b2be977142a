"""Which input brings which part to life: the seeds are complete, and the command says it once."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from builds import PROJECT, manifest_json
from expansion_warehouse import cli
from expansion_warehouse.engine.marts import dependents
from expansion_warehouse.publish.parts import Coverage, coverage_of, measure_parts, missing_for
from expansion_warehouse.raw.contract import read_contract

CONTRACT = {table.name: table.required for table in read_contract(PROJECT)}
OPTIONAL = [name for name, is_required in CONTRACT.items() if not is_required]


def seed(name: str) -> list[dict[str, str]]:
    """Rows of a seed."""
    with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_optional_table_brings_something() -> None:
    named = {row["raw_table"] for row in seed("coverage_inputs")}
    assert set(OPTIONAL) - named == set()
    assert named - set(CONTRACT) == set()


def test_every_part_is_fed_and_counted_where_it_shows() -> None:
    manifest = manifest_json()
    readers = dependents(manifest, list(CONTRACT))
    models = {node["name"]: node for node in manifest["nodes"].values()}
    inputs = seed("coverage_inputs")
    for part in seed("coverage_parts"):
        columns = models[part["mart"]]["columns"]
        used = {part["counted"], part["filled"], part["where_column"]} - {""}
        assert used <= columns.keys(), part["part"]
        feeding = [row for row in inputs if row["part"] == part["part"]]
        assert any(row["need"] != "adds" for row in feeding), part["part"]
        for row in feeding:
            assert part["mart"] in readers[row["raw_table"]], (part["part"], row["raw_table"])


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Parts of a small run: three accounts, of which two have a score."""
    database = tmp_path_factory.mktemp("parts") / "build.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema rules")
        for name in ("coverage_parts", "coverage_inputs"):
            path = PROJECT / "seeds" / f"{name}.csv"
            connection.execute(
                f"create table rules.{name} as from read_csv('{path}', header = true)"
            )
        connection.execute(
            "create table fct_mrr as select 'A' || i as account_id, date '2025-05-01' as month, "
            "cast(1 as decimal(9, 2)) as mrr from range(3) as numbers (i)"
        )
        connection.execute(
            "create table fct_health_scores as select 'A' || i as account_id, m as month, "
            "case when i < 2 then 80 end as health_score from range(3) as numbers (i), "
            "(values (date '2025-04-01'), (date '2025-05-01')) as months (m)"
        )
        connection.execute(
            "create table fct_health_components as select 'A' || i as account_id, "
            "date '2025-05-01' as month, 'nps' as component, 1 as component_score "
            "from range(1) as numbers (i)"
        )
    with duckdb.connect(str(database), read_only=True) as connection:
        return measure_parts(connection, database)


def covered(measured: list[dict[str, Any]], *present: str) -> dict[str, Any]:
    """What run.json says of a run with these optional tables; `users` is there without rows."""
    states = {name: "present" if name in present else "absent" for name in OPTIONAL}
    states["users"] = "empty" if states["users"] == "absent" else "present"
    coverage = [{"table": name, "state": state} for name, state in states.items()]
    return {"headline": {"parts": measured}, "coverage": coverage}


def by_part(coverage: Coverage | None) -> dict[str, Any]:
    assert coverage is not None
    return {part.part: part for part in coverage.parts}


def test_what_is_there_is_counted_at_the_newest_month(measured: list[dict[str, Any]]) -> None:
    counts = {part["part"]: part["count"] for part in measured}
    # Parts whose marts this run does not publish are left out.
    assert counts == {
        "revenue": 3,
        "health": 2,
        "health_logins": 0,
        "health_key_features": 0,
        "health_support": 0,
        "health_nps": 1,
    }


def test_four_tables_alone_say_once_what_is_missing(measured: list[dict[str, Any]]) -> None:
    manifest = covered(measured)
    coverage = coverage_of("R", manifest)
    parts = by_part(coverage)
    assert parts["revenue"].is_fed
    assert parts["revenue"].poorer == ["fx_rates", "invoices", "service_pauses"]
    assert parts["health"].lacking == ["usage_daily", "usage_events"]
    features = parts["health_key_features"]
    assert features.lacking == ["plan_features", "usage_daily", "usage_events"]
    assert features.lacking_in_words == "plan_features, usage_daily or usage_events"
    assert missing_for("health", manifest) == "usage_daily or usage_events"
    assert coverage is not None
    first = coverage.additions[0]
    assert (first.table, first.revives) == ("usage_events", ("Health scores", "Health: logins"))
    # Alone it brings no key features to life.
    assert first.adds_to == ("Health: key features",)
    assert [added.state for added in coverage.additions if added.table == "users"] == ["empty"]


def test_of_two_that_would_do_one_is_enough() -> None:
    usage = {"part": "usage", "title": "Usage", "mart": "fct_usage_monthly", "count": 1}
    inputs = [
        {"table": name, "need": "one_of", "brings": ""} for name in ("usage_events", "usage_meters")
    ]
    measured = [{**usage, "counted": "account_id", "inputs": inputs}]
    assert by_part(coverage_of("R", covered(measured)))["usage"].lacking == [
        "usage_events",
        "usage_meters",
    ]
    fed = by_part(coverage_of("R", covered(measured, "usage_meters")))["usage"]
    assert (fed.is_fed, fed.poorer) == (True, ["usage_events"])


def test_with_every_table_nothing_is_missing(measured: list[dict[str, Any]]) -> None:
    manifest = covered(measured, *OPTIONAL)
    coverage = coverage_of("R", manifest)
    assert coverage is not None
    assert all(part.is_fed and not part.poorer for part in coverage.parts)
    assert coverage.additions == ()
    assert missing_for("health", manifest) == ""


def published(home: Path, manifest: dict[str, Any]) -> Path:
    """A home whose current run says this."""
    run = home / "published" / "20250708T060000Z-1a2b3c4d"
    run.mkdir(parents=True)
    whole: dict[str, Any] = {"vars": {}, "seals": {}, "row_counts": {}, "files": {}, "checks": []}
    text = json.dumps({"run_id": run.name, "as_of_date": "2025-06-30", **whole, **manifest})
    (run / "run.json").write_text(text, encoding="utf-8")
    (home / "published" / "current").symlink_to(run.name)
    return home


def asked(home: Path, *more: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli.app, ["status", "--coverage", "--home", str(home), *more])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_shows_it(measured: list[dict[str, Any]], tmp_path: Path) -> None:
    home = published(tmp_path, covered(measured))
    code, said, _ = asked(home)
    assert code == 0
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert lines[:2] == [
        "MRR, movements and retention 3 accounts more with fx_rates, invoices, service_pauses",
        "Health scores – needs usage_daily or usage_events",
    ]
    first = (
        "Add first usage_events: brings Health scores, Health: logins; adds to Health: key features"
    )
    assert first in lines
    shown = json.loads(asked(home, "--json")[1])
    assert shown["parts"][1]["lacking"] == ["usage_daily", "usage_events"]
    assert shown["additions"][0]["table"] == "usage_events"


def test_a_run_that_does_not_know_says_so(tmp_path: Path) -> None:
    code, _, said = asked(published(tmp_path / "old", {"headline": {}, "coverage": []}))
    assert (code, "does not say what feeds it: `warehouse build`" in said) == (2, True)
    code, _, said = asked(tmp_path / "new")
    assert (code, "nothing is published in" in said) == (2, True)
    home = published(tmp_path / "torn", {})
    (home / "published" / "current" / "run.json").write_text("{", encoding="utf-8")
    code, _, said = asked(home)
    assert (code, "is damaged" in said) == (2, True)
