"""Runs the unit tests of a copy of the project that has one fault in each model, and scores them.

dbt's unit tests read nothing but their own rows, so a fault in one model is seen by the tests of
that model alone: one run of dbt judges as many faults as there are models.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from mutation.places import PROJECT, Place, model_files

# What dbt reads of the project to run a unit test.
_COPIED = ("dbt_project.yml", "profiles.yml", "macros", "models", "seeds", "tests/generic")
# An engine that says one of these never ran the model.
_NO_STATEMENT = ("Parser Error", "Binder Error", "Catalog Error", "Compilation Error")

RunDbt = Callable[[Path, tuple[str, ...]], "subprocess.CompletedProcess[str]"]


class Outcome(StrEnum):
    """What became of a fault."""

    CAUGHT = "caught"
    SURVIVED = "survived"
    EQUIVALENT = "changes nothing"
    INVALID = "invalid SQL"
    UNTESTED = "no unit test"


@dataclass(frozen=True)
class Score:
    """The outcome of every fault of a campaign."""

    outcomes: dict[Place, Outcome]

    def having(self, outcome: Outcome) -> list[Place]:
        """The faults with an outcome, by model."""
        return sorted(
            (place for place, ended in self.outcomes.items() if ended is outcome),
            key=lambda place: place.model,
        )

    @property
    def scored(self) -> int:
        """How many faults a unit test could have caught."""
        return len(self.having(Outcome.CAUGHT)) + len(self.having(Outcome.SURVIVED))

    @property
    def percent(self) -> float:
        """How many of them were caught."""
        return 100 * len(self.having(Outcome.CAUGHT)) / self.scored if self.scored else 100.0


class CampaignFailed(Exception):
    """dbt did not get as far as running the unit tests."""


def faulty_copy(target: Path, faults: Iterable[Place]) -> Path:
    """The parts of the project that unit tests need, with the faults in it."""
    for name in _COPIED:
        source = PROJECT / name
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target / name)
    files = model_files()
    for fault in faults:
        place = target / files[fault.model].relative_to(PROJECT)
        place.write_text(fault.faulty_sql, encoding="utf-8")
    return target


def scored(
    faults: Iterable[Place],
    known: Mapping[tuple[str, str, str, str], object],
    scratch: Path,
    run_dbt: RunDbt,
) -> Score:
    """Put the faults into a copy, run the unit tests of their models, and read what failed.

    Raises:
        CampaignFailed: dbt stopped before the tests.
    """
    outcomes = {}
    judged = []
    for fault in faults:
        if fault.key in known:
            outcomes[fault] = Outcome.EQUIVALENT
        else:
            judged.append(fault)
    copy = faulty_copy(scratch / "project", judged)
    chosen = tuple(f"{fault.model},test_type:unit" for fault in judged)
    target = scratch / "target"
    done = run_dbt(
        target,
        ("test", "--project-dir", str(copy), "--profiles-dir", str(copy), "--select", *chosen),
    )
    results = target / "run_results.json"
    if not results.exists():
        raise CampaignFailed(done.stdout[-3000:] + done.stderr[-3000:])
    said = messages_of(json.loads(results.read_text(encoding="utf-8"))["results"])
    outcomes |= {fault: outcome_of(said.get(fault.model, [])) for fault in judged}
    return Score(outcomes)


def messages_of(results: Iterable[Mapping[str, Any]]) -> dict[str, list[tuple[str, str]]]:
    """Status and message of the unit tests of each model."""
    said: dict[str, list[tuple[str, str]]] = {}
    for result in results:
        kind, _, model, *_ = result["unique_id"].split(".")
        if kind == "unit_test":
            said.setdefault(model, []).append((result["status"], result["message"] or ""))
    return said


def outcome_of(said: list[tuple[str, str]]) -> Outcome:
    """What the unit tests of a model make of its fault."""
    if not said:
        return Outcome.UNTESTED
    if any(status == "fail" for status, _ in said):
        return Outcome.CAUGHT
    errors = [message for status, message in said if status == "error"]
    if any(words in message for message in errors for words in _NO_STATEMENT):
        return Outcome.INVALID
    return Outcome.CAUGHT if errors else Outcome.SURVIVED


def plain_dbt(home: Path, raw: Path) -> RunDbt:
    """dbt on a warehouse of one's own."""

    def run(target: Path, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        places = {
            "WAREHOUSE_HOME": str(home),
            "WAREHOUSE_RAW": str(raw),
            "DBT_TARGET_PATH": str(target),
            "DBT_LOG_PATH": str(target / "logs"),
        }
        return subprocess.run(
            [sys.executable, "-m", "dbt.cli.main", *arguments],
            cwd=PROJECT,
            env={**os.environ, **places},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
