"""`warehouse verify`: who changes a run or a seal has not changed what others remember of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from expansion_warehouse.engine.marts import Mart
from expansion_warehouse.errors import BadInput, CheckFailed
from expansion_warehouse.publish.closings import Said
from expansion_warehouse.publish.history import HISTORY, file_digest, read_history, record
from expansion_warehouse.publish.publisher import publish_run
from expansion_warehouse.publish.runs import (
    current_run,
    drop_old_runs,
    switch_current,
    write_latest,
)
from expansion_warehouse.publish.seals import (
    SEALED_MARTS,
    list_seals,
    seal_facts,
    verify_seals,
    write_seal,
)
from expansion_warehouse.publish.verify import begin_history, finish_seals, verify_home
from test_seals import AT, SETTINGS, fill

MARTS = [Mart(name, "main", name, (), "", {}) for name in (*SEALED_MARTS, "dim_months")]


@dataclass(frozen=True)
class Home:
    """Two runs; 2026-04 was sealed between them, 2026-05 after both."""

    root: Path

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def closed(self) -> Path:
        return self.root / "closed"

    def publish(self, run_id: str) -> None:
        publish_run(
            database=self.root / "build.duckdb",
            published=self.published,
            run_id=run_id,
            marts=MARTS,
            quality=self.root / "quality",
            describe=lambda _: {
                "as_of_date": "2026-06-30",
                "vars": SETTINGS,
                "seals": seal_facts(list_seals(self.closed)),
            },
        )

    def seal(self, month: str) -> None:
        run = current_run(self.published)
        assert run is not None
        write_seal(
            month=month,
            run=run,
            database=self.root / "build.duckdb",
            closed=self.closed,
            said=Said(AT, "Sato Hanako", "kim"),
        )

    def findings(self, run_id: str | None = None, every: bool = False) -> tuple[str, ...]:
        return verify_home(self.published, self.closed, run_id, every).findings


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("verified"))
    fill(home.root / "build.duckdb")
    (home.root / "quality").mkdir()
    home.publish("run-1")
    home.seal("2026-04")
    home.publish("run-2")
    home.seal("2026-05")
    return home


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    shutil.copytree(made.root, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def rewrite(file: Path, **changes: Any) -> None:
    facts = json.loads(file.read_text())
    facts.update(changes)
    file.write_text(json.dumps(facts))


def forge_seal(home: Home, month: str) -> None:
    """Change a file of a seal and its hash in seal.json: the seal agrees with itself."""
    file = home.closed / month / "seal.json"
    part = file.with_name("months.parquet")
    part.write_bytes(part.read_bytes() + b"forged")
    facts = json.loads(file.read_text())
    facts["files"]["months.parquet"]["sha256"] = file_digest(part)
    file.write_text(json.dumps(facts))


def forge_run(home: Home, run_id: str) -> None:
    """Change a mart and its hash in run.json: the run agrees with itself."""
    folder = home.published / run_id
    (folder / "marts.duckdb").write_bytes(b"forged")
    facts = json.loads((folder / "run.json").read_text())
    facts["files"]["marts.duckdb"]["sha256"] = file_digest(folder / "marts.duckdb")
    (folder / "run.json").write_text(json.dumps(facts))


def cut_history(home: Home) -> None:
    file = home.root / HISTORY
    file.write_bytes(b"".join(line + b"\n" for line in read_history(file).lines[:-1]))


def change_history(home: Home) -> None:
    file = home.root / HISTORY
    file.write_bytes(file.read_bytes().replace(b'"run-1"', b'"run-0"', 1))


def test_what_was_made_here_is_as_it_was_made(home: Home) -> None:
    for every in (False, True):
        verdict = verify_home(home.published, home.closed, None, every)
        assert verdict.findings == ()
        assert verdict.notes == ()
        assert verdict.seals == ("2026-04", "2026-05")
    assert verdict.runs == ("run-2", "run-1")
    with pytest.raises(BadInput, match=r"no published run 'run-9' \(published: run-2, run-1\)"):
        verify_home(home.published, home.closed, "run-9", False)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda home: forge_seal(home, "2026-04"), "the seal of 2026-04 is another one than"),
        (lambda home: forge_seal(home, "2026-05"), "2026-05 is another one than history.jsonl"),
        (lambda home: shutil.rmtree(home.closed / "2026-05"), "2026-05 is gone: history.jsonl"),
        (lambda home: shutil.rmtree(home.closed / "2026-04"), "2026-04 is gone: run run-2 publi"),
        (
            lambda home: (home.closed / "2026-05" / "months.parquet").write_bytes(b""),
            "the seal of 2026-05 was tampered with: months.parquet is not the sealed file",
        ),
        (
            lambda home: (home.closed / "2026-05" / "seal.json").write_text("{"),
            "seal.json is damaged; put the folder back from a backup",
        ),
        (lambda home: forge_run(home, "run-2"), "run-2/run.json is not the one that was publis"),
        (lambda home: forge_run(home, "run-1"), "run-1/run.json is not the one that was publis"),
        (
            lambda home: (home.published / "run-2" / "marts.duckdb").write_bytes(b"x"),
            "run-2/marts.duckdb is not the file that was published",
        ),
        (
            lambda home: (home.published / "run-2" / "parquet" / "x.parquet").write_bytes(b"x"),
            "x.parquet was not published with the run: take it away",
        ),
        (lambda home: shutil.rmtree(home.published / "run-1"), "run run-1 is gone: history.jsonl"),
        (change_history, "history.jsonl: line 2 does not follow line 1"),
        (lambda home: (home.root / HISTORY).unlink(), "is not the log that run run-2 was made"),
        (
            lambda home: (home.published / "latest.json").write_text("{"),
            "latest.json is damaged: delete it",
        ),
        (
            lambda home: (home.published / "run-2" / "run.json.sha256").write_text("x"),
            "run.json.sha256 is not the hash of run.json: put it back from a backup",
        ),
        (
            lambda home: (home.published / "run-2" / "run.json.sha256").unlink(),
            "run.json.sha256 is not the hash of run.json",
        ),
        (
            lambda home: rewrite(home.published / "latest.json", run_id="run-1"),
            "latest.json names another run than current",
        ),
    ],
)
def test_a_change_is_found(home: Home, change: Callable[[Home], Any], expected: str) -> None:
    change(home)
    assert expected in "\n".join(home.findings())


def test_a_cut_log_is_found_once_somebody_remembers_more(home: Home) -> None:
    write_latest(home.published)
    shutil.rmtree(home.closed / "2026-05")
    cut_history(home)
    assert "is shorter or another one than latest.json says" in "\n".join(home.findings())


def test_other_runs_are_looked_at_when_asked(home: Home) -> None:
    (home.published / "run-1" / "marts.duckdb").write_bytes(b"x")
    assert home.findings() == ()
    for findings in (home.findings("run-1"), home.findings(every=True)):
        assert "run-1/marts.duckdb is not the file" in findings[0]


def test_a_pointer_to_nowhere_is_found(home: Home) -> None:
    switch_current(home.published, "absent")
    assert "current leads to absent, which is no run here" in "\n".join(home.findings())


def test_a_dropped_run_is_not_missed_and_a_rollback_is_no_change(home: Home) -> None:
    switch_current(home.published, "run-1")
    assert home.findings() == ()
    switch_current(home.published, "run-2")
    assert drop_old_runs(home.published, keep=1) == ["run-1"]
    write_latest(home.published)
    assert home.findings() == ()


def test_the_next_build_finds_a_forged_and_a_missing_seal_by_the_log(home: Home) -> None:
    recorded = read_history(home.root / HISTORY)
    verify_seals(list_seals(home.closed), None, SETTINGS, recorded)
    forge_seal(home, "2026-05")
    with pytest.raises(CheckFailed, match=r"2026-05 is another one than history\.jsonl says"):
        verify_seals(list_seals(home.closed), None, SETTINGS, recorded)
    shutil.rmtree(home.closed / "2026-05")
    with pytest.raises(CheckFailed, match=r"2026-05 is gone: history\.jsonl says"):
        verify_seals(list_seals(home.closed), None, SETTINGS, recorded)


def test_a_seal_names_the_one_before_it(home: Home) -> None:
    (home.root / HISTORY).unlink()
    forge_seal(home, "2026-04")
    expected = "the seal of 2026-05 was made after another seal of 2026-04 than the one there"
    assert expected in "\n".join(home.findings())


def test_a_home_of_an_earlier_version_verifies_as_far_as_it_says(home: Home) -> None:
    (home.root / HISTORY).unlink()
    (home.published / "latest.json").unlink()
    for folder in (home.published / "run-1", home.published / "run-2"):
        facts = json.loads((folder / "run.json").read_text())
        for name in ("files", "previous", "history", "seals"):
            facts.pop(name)
        (folder / "run.json").write_text(json.dumps(facts))
    for month in ("2026-04", "2026-05"):
        rewrite(home.closed / month / "seal.json", previous=None, history=None)
    verdict = verify_home(home.published, home.closed, None, False)
    assert verdict.findings == ()
    assert verdict.notes == (
        "run run-2 names no files: an earlier version published it",
        "there is no history.jsonl yet: the next build begins it",
    )
    begin_history(home.published, home.closed)
    forge_seal(home, "2026-05")
    assert "2026-05 is another one than history.jsonl says" in "\n".join(home.findings())


def test_a_seal_that_was_cut_short_after_it_was_recorded_gets_its_name(home: Home) -> None:
    (home.closed / "2026-05").rename(home.closed / ".tmp-2026-05")
    finish_seals(home.closed, home.root / HISTORY)
    assert home.findings() == ()
    (home.closed / ".tmp-2026-06").mkdir()
    finish_seals(home.closed, home.root / HISTORY)
    assert [seal.month for seal in list_seals(home.closed)] == ["2026-04", "2026-05"]


def test_half_a_line_of_the_log_counts_as_none(home: Home) -> None:
    file = home.root / HISTORY
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"event": "publ')
    assert home.findings() == ()
    record(file, [{"event": "shown", "run_id": "run-2"}])
    assert read_history(file).findings == ()
    assert read_history(file).lines[:4] == tuple(whole.split(b"\n")[:-1])
