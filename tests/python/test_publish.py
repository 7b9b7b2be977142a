"""Publishing: whole runs or none, one atomic switch, nothing that an older client cannot open."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expansion_warehouse.engine.lock import build_lock
from expansion_warehouse.engine.marts import Mart, dependents, list_marts
from expansion_warehouse.errors import BadInput, BuildRunning, CheckFailed
from expansion_warehouse.publish.publisher import MARTS_FILE, publish_run
from expansion_warehouse.publish.runs import (
    choose_rollback,
    current_run,
    damages_of,
    drop_old_runs,
    list_runs,
    new_run_id,
    sweep_unfinished,
    switch_current,
)
from expansion_warehouse.storage import FileMode
from tiny_project import ROOT

NOW = datetime(2025, 7, 8, 6, 0, tzinfo=UTC)
MRR = Mart("fct_mrr", "finance", "fct_mrr_v2", ("account_id",), "Grain: account.", {"MRR": "It's."})
LOOSE = Mart("loose", "finance", "loose", (), "", {})
# The newest storage version that clients of DuckDB 1.2 can open.
STORAGE_OF_1_2 = 65


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A finished build and its quality pages."""
    with duckdb.connect(str(tmp_path / "build.duckdb")) as con:
        con.execute("create schema finance")
        con.execute(
            "create table finance.fct_mrr_v2 as select * from (values "
            "('A2', 20.50::decimal(18, 2)), ('A1', 10), ('A3', null)) as t (account_id, mrr)"
        )
        con.execute("create table finance.loose as select 3 - i as i, 'x' as x from range(3) t (i)")
    (tmp_path / "quality").mkdir()
    (tmp_path / "quality" / "raw.html").write_text("<p>fine</p>")
    return tmp_path


def publish(home: Path, run_id: str, marts: Sequence[Mart] = (MRR, LOOSE), **facts: Any) -> Path:
    return publish_run(
        database=home / "build.duckdb",
        published=home / "published",
        run_id=run_id,
        marts=marts,
        quality=home / "quality",
        describe=lambda file: {"file": file.name, **facts},
    )


def current(home: Path) -> str | None:
    run = current_run(home / "published")
    return run.run_id if run else None


def latest(home: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home / "published" / "latest.json").read_text())
    return found


def ask(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "published/current" / MARTS_FILE), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_a_run_holds_every_mart_twice_and_its_story(home: Path) -> None:
    folder = publish(home, "run-1", as_of_date="2025-06-30")
    assert ask(home, "select table_schema, table_name from information_schema.tables") == [
        ("main", "fct_mrr"),
        ("main", "loose"),
    ]
    rows = [("A1", 10), ("A2", 20.50), ("A3", None)]
    assert [(name, mrr) for name, mrr in ask(home, "from fct_mrr")] == rows
    parquet = duckdb.execute(f"from '{folder}/parquet/fct_mrr.parquet'").fetchall()
    assert parquet == rows
    assert (folder / "quality" / "raw.html").read_text() == "<p>fine</p>"
    manifest = json.loads((folder / "run.json").read_text())
    assert {name: facts["bytes"] > 0 for name, facts in manifest.pop("files").items()} == {
        MARTS_FILE: True,
        "csv/fct_mrr.csv": True,
        "csv/loose.csv": True,
        "parquet/fct_mrr.parquet": True,
        "parquet/loose.parquet": True,
        "quality/raw.html": True,
    }
    assert manifest == {
        "run_id": "run-1",
        "previous": None,
        "history": None,
        "closings": None,
        "row_counts": {"fct_mrr": 3, "loose": 3},
        "file": MARTS_FILE,
        "as_of_date": "2025-06-30",
    }


def test_descriptions_travel_with_the_tables(home: Path) -> None:
    publish(home, "run-1")
    assert ask(home, "select comment from duckdb_tables() where table_name = 'fct_mrr'") == [
        ("Grain: account.",)
    ]
    assert ask(home, "select comment from duckdb_columns() where column_name = 'mrr'") == [
        ("It's.",)
    ]


def test_rows_are_ordered_by_grain_or_else_by_everything(home: Path) -> None:
    publish(home, "run-1")
    assert [row[0] for row in ask(home, "from fct_mrr")] == ["A1", "A2", "A3"]
    assert [row[0] for row in ask(home, "from loose")] == [1, 2, 3]


def test_an_older_client_can_open_the_file_and_no_log_is_left_beside_it(home: Path) -> None:
    folder = publish(home, "run-1")
    header = (folder / MARTS_FILE).read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert struct.unpack("<Q", header[12:20])[0] <= STORAGE_OF_1_2
    assert sorted(path.name for path in folder.iterdir()) == [
        "csv",
        MARTS_FILE,
        "parquet",
        "quality",
        "run.json",
        "run.json.sha256",
    ]


def test_a_failure_on_the_way_leaves_current_and_no_rest(home: Path) -> None:
    publish(home, "run-1")

    def fail(file: Path) -> dict[str, Any]:
        raise CheckFailed("no")

    with pytest.raises(CheckFailed):
        publish_run(
            database=home / "build.duckdb",
            published=home / "published",
            run_id="run-2",
            marts=[MRR],
            quality=home / "quality",
            describe=fail,
        )
    with pytest.raises(duckdb.Error):
        publish(home, "run-3", [Mart("absent", "finance", "absent", (), "", {})])
    with pytest.raises(CheckFailed, match="nothing to publish"):
        publish(home, "run-4", [])
    assert current(home) == "run-1"
    names = sorted(path.name for path in (home / "published").iterdir())
    assert names == ["current", "latest.json", "run-1"]


KILLER = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import test_publish
from expansion_warehouse.publish import publisher, runs

def die(*arguments, **named):
    os.kill(os.getpid(), signal.SIGKILL)

stage = sys.argv[3]
real = runs.write_latest
if stage == "copying":
    publisher._comment = die
elif stage == "before the rename":
    publisher._sync_tree = die
elif stage == "before the switch":
    publisher.switch_current = die
elif stage == "in the switch":
    Path.replace = die
elif stage == "after the switch":
    runs.write_latest = die
test_publish.publish(Path(sys.argv[2]), "run-2")
"""


@pytest.mark.parametrize(
    "stage", ["copying", "before the rename", "before the switch", "in the switch"]
)
def test_kill_at_any_stage_leaves_the_last_good_run(home: Path, stage: str) -> None:
    publish(home, "run-1")
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(Path(__file__).parent), str(home), stage],
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert current(home) == "run-1"
    assert ask(home, "select count(*) from fct_mrr") == [(3,)]
    sweep_unfinished(home / "published")
    publish(home, "run-3")
    assert current(home) == "run-3"
    hidden = [path.name for path in (home / "published").glob(".*")]
    assert hidden == []


def test_a_kill_between_the_two_pointers_is_mended_by_the_next_build(home: Path) -> None:
    publish(home, "run-1")
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(Path(__file__).parent), str(home), "after the switch"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert (current(home), latest(home)["run_id"]) == ("run-2", "run-1")
    sweep_unfinished(home / "published")
    assert latest(home)["run_id"] == "run-2"


def test_an_open_reader_keeps_its_run_and_a_new_one_sees_the_switch(home: Path) -> None:
    publish(home, "run-1")
    link = home / "published" / "current"
    with duckdb.connect(str(link / MARTS_FILE), read_only=True) as reader:
        with duckdb.connect(str(home / "build.duckdb")) as con:
            con.execute("delete from finance.fct_mrr_v2")
        publish(home, "run-2")
        assert reader.execute("select count(*) from fct_mrr").fetchone() == (3,)
    assert link.is_symlink()
    assert str(link.readlink()) == "run-2"
    assert ask(home, "select count(*) from fct_mrr") == [(0,)]


def test_old_runs_go_but_never_the_current_one(home: Path) -> None:
    for number in range(1, 6):
        publish(home, f"run-{number}")
    switch_current(home / "published", "run-1")
    assert drop_old_runs(home / "published", keep=2) == ["run-3", "run-2"]
    assert [run.run_id for run in list_runs(home / "published")] == ["run-5", "run-4", "run-1"]
    assert current(home) == "run-1"


@pytest.mark.parametrize("keep", [0, -1])
def test_keeping_no_run_is_refused(home: Path, keep: int) -> None:
    publish(home, "run-1")
    with pytest.raises(BadInput, match=f"--keep must be 1 or more, not {keep}"):
        drop_old_runs(home / "published", keep)
    assert current(home) == "run-1"


def test_a_damaged_run_is_neither_counted_nor_deleted(home: Path) -> None:
    for number in range(1, 5):
        publish(home, f"run-{number}")
    (home / "published" / "run-3" / "run.json").write_text("[]")
    assert drop_old_runs(home / "published", keep=2) == ["run-1"]
    assert [run.run_id for run in list_runs(home / "published")] == ["run-4", "run-3", "run-2"]


def test_a_run_that_cannot_be_deleted_stays_and_takes_nothing_from_the_publish(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(home, "run-1")
    publish(home, "run-2")

    def refuse(path: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "rename", refuse)
    assert drop_old_runs(home / "published", keep=1) == []
    assert current(home) == "run-2"


def test_latest_names_the_files_of_the_run_that_readers_see(home: Path) -> None:
    publish(home, "run-1", as_of_date="2025-06-30")
    found = latest(home)
    assert (found["run_id"], found["path"], found["as_of_date"]) == ("run-1", "run-1", "2025-06-30")
    assert found["marts"] == "run-1/marts.duckdb"
    assert found["parquet"] == {
        name: f"run-1/parquet/{name}.parquet" for name in ("fct_mrr", "loose")
    }
    assert found["csv"] == {name: f"run-1/csv/{name}.csv" for name in ("fct_mrr", "loose")}
    assert found["files"] == json.loads((home / "published/run-1/run.json").read_text())["files"]
    publish(home, "run-2")
    switch_current(home / "published", "run-1")
    assert latest(home)["run_id"] == "run-1"


@pytest.mark.parametrize(
    ("mode", "folder", "file"),
    [
        (FileMode.PRIVATE, 0o700, 0o600),
        (FileMode.GROUP, 0o750, 0o640),
        (FileMode.ALL, 0o755, 0o644),
    ],
)
def test_who_may_read_a_run(home: Path, mode: FileMode, folder: int, file: int) -> None:
    run = publish_run(
        database=home / "build.duckdb",
        published=home / "published",
        run_id="run-1",
        marts=[MRR],
        quality=home / "quality",
        describe=lambda _: {},
        mode=mode,
    )
    found = {path.stat().st_mode & 0o777 for path in [run, *run.rglob("*")] if path.is_dir()}
    assert found == {folder}
    assert {path.stat().st_mode & 0o777 for path in run.rglob("*") if path.is_file()} == {file}


def test_a_changed_a_missing_and_a_strange_file_are_named(home: Path) -> None:
    folder = publish(home, "run-1")
    [run] = list_runs(home / "published")
    assert damages_of(run) == []
    (folder / "parquet" / "fct_mrr.parquet").write_bytes(b"other")
    (folder / "parquet" / "loose.parquet").rename(folder / "parquet" / "more.parquet")
    assert [line.split("/published/")[-1] for line in damages_of(run)] == [
        "run-1/parquet/fct_mrr.parquet is not the file that was published: put it back from a "
        "backup, or build again",
        "run-1/parquet/loose.parquet is gone: put it back from a backup, or build again",
        "run-1/parquet/more.parquet was not published with the run: take it away",
    ]
    with pytest.raises(BadInput, match=r"run run-1 is damaged: .*is not the file"):
        choose_rollback(home / "published", "run-1")


def test_rollback_passes_a_damaged_run_over(home: Path) -> None:
    for number in (1, 2, 3):
        publish(home, f"run-{number}")
    (home / "published" / "run-2" / MARTS_FILE).write_bytes(b"x")
    assert choose_rollback(home / "published", None).run_id == "run-1"


def test_rollback_goes_to_the_run_before_or_to_the_one_named(home: Path) -> None:
    published = home / "published"
    with pytest.raises(BadInput, match="nothing is published"):
        choose_rollback(published, None)
    for number in (1, 2, 3):
        publish(home, f"run-{number}")
    assert choose_rollback(published, None).run_id == "run-2"
    switch_current(published, "run-2")
    assert choose_rollback(published, None).run_id == "run-1"
    assert choose_rollback(published, "run-3").run_id == "run-3"
    switch_current(published, "run-1")
    with pytest.raises(BadInput, match="no run before run-1"):
        choose_rollback(published, None)
    with pytest.raises(BadInput, match=r"no published run 'run-9' \(published: run-3, run-2"):
        choose_rollback(published, "run-9")
    with pytest.raises(BadInput, match="no published run"):
        choose_rollback(published, "current")


def test_run_names_sort_by_time_even_if_the_clock_goes_back(tmp_path: Path) -> None:
    first = new_run_id(tmp_path, NOW, "abcdef0123456789")
    assert first == "20250708T060000Z-abcdef01"
    (tmp_path / first).mkdir()
    (tmp_path / "notes").mkdir()
    again = new_run_id(tmp_path, NOW, "0000000099")
    earlier = new_run_id(tmp_path, NOW - timedelta(days=1), "0000000099")
    assert again == earlier == "20250708T060001Z-00000000"
    assert new_run_id(tmp_path / "none", NOW, "ffffffff") == "20250708T060000Z-ffffffff"


def test_a_damaged_manifest_hides_no_run(home: Path) -> None:
    folder = publish(home, "run-1")
    (folder / "run.json").write_text("{")
    [run] = list_runs(home / "published")
    assert run.manifest == {}
    assert run.damage is not None
    assert run.damage.endswith(
        "run-1/run.json is damaged: put it back from a backup, or delete run-1"
    )


@pytest.mark.parametrize("text", ["[]", "5", "null", '{"headline": 5}', "[" * 100_000, "\x00"])
def test_a_manifest_of_another_shape_is_damaged(home: Path, text: str) -> None:
    (publish(home, "run-1") / "run.json").write_text(text)
    found = current_run(home / "published")
    assert found is not None
    assert "is damaged" in str(found.damage)


def test_a_run_without_its_manifest_is_listed_as_damaged(home: Path) -> None:
    name = "20250708T060000Z-abcdef01"
    (publish(home, name) / "run.json").unlink()
    [run] = list_runs(home / "published")
    assert (run.run_id, "run.json is gone" in str(run.damage)) == (name, True)


def test_the_second_holder_of_the_lock_is_told_who_has_it(tmp_path: Path) -> None:
    lock = tmp_path / "home" / "build.lock"
    refused = pytest.raises(BuildRunning, match=rf"process {os.getpid()}")
    with build_lock(lock), refused, build_lock(lock):
        pass
    with build_lock(lock):
        pass


MANIFEST: dict[str, Any] = {
    "nodes": {
        "model.x.fct_mrr": {
            "unique_id": "model.x.fct_mrr",
            "name": "fct_mrr",
            "resource_type": "model",
            "original_file_path": "models/marts/finance/fct_mrr.sql",
            "schema": "main",
            "alias": "fct_mrr",
            "config": {"materialized": "table", "meta": {}},
            "description": "Grain: account.\n",
            "columns": {"mrr": {"name": "mrr", "description": " It. "}},
        },
        "model.x.int_lines": {
            "unique_id": "model.x.int_lines",
            "name": "int_lines",
            "resource_type": "model",
            "original_file_path": "models/intermediate/int_lines.sql",
            "config": {"materialized": "table"},
        },
        "test.x.unique": {
            "unique_id": "test.x.unique",
            "resource_type": "test",
            "original_file_path": "models/marts/finance/fct_mrr.yml",
            "attached_node": "model.x.fct_mrr",
            "test_metadata": {
                "name": "row_key",
                "kwargs": {
                    "never_null": ["mrr"],
                    "columns": ["account_id", "month"],
                    "model": "{{ x }}",
                },
            },
        },
    },
    "sources": {
        "source.x.raw.costs": {"name": "costs", "source_name": "raw"},
        "source.x.raw.invoices": {"name": "invoices", "source_name": "raw"},
    },
    "child_map": {
        "source.x.raw.invoices": ["model.x.int_lines"],
        "model.x.int_lines": ["model.x.fct_mrr"],
    },
}


def test_marts_are_the_models_under_marts_with_the_grain_that_is_tested() -> None:
    [mart] = list_marts(MANIFEST)
    assert mart == Mart(
        "fct_mrr", "main", "fct_mrr", ("account_id", "month"), "Grain: account.", {"mrr": "It."}
    )
    stated = json.loads(json.dumps(MANIFEST))
    stated["nodes"]["model.x.fct_mrr"]["config"]["meta"] = {"grain": ["month"]}
    assert list_marts(stated)[0].grain == ("month",)


def test_a_raw_table_knows_the_marts_that_read_it_through_other_models() -> None:
    assert dependents(MANIFEST, ["costs", "invoices", "unknown"]) == {
        "costs": [],
        "invoices": ["fct_mrr"],
    }
