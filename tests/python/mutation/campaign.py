"""Runs the unit tests on models that have one fault each, and scores the faults.

dbt's unit tests read nothing but their own rows, so a fault in one model is seen by the tests of
that model alone: one run of dbt judges as many faults as there are models. The faults are put into
the project as dbt has read it; no file changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from builds import Company, project_manifest, try_dbt
from engine import Engine
from mutation.places import Place
from tiny_project import RAW, write_raw

# An engine that says one of these never ran the model.
_NO_STATEMENT = ("Parser Error", "Binder Error", "Catalog Error", "Compilation Error")


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


def tables_in(folder: Path) -> Company:
    """Every table that a unit test takes its columns from; what is in them does not matter."""
    company = Company(folder / "raw", folder / "home")
    write_raw(company.raw, RAW)
    (company.raw / "settings.yml").write_text("as_of_date: 2025-06-30\n", encoding="utf-8")
    return Engine().build(company)


def scored(
    faults: Iterable[Place], known: Mapping[tuple[str, str, str, str], object], tables: Company
) -> Score:
    """Run the unit tests of all models with a fault, but for those known to change nothing.

    Raises:
        CampaignFailed: dbt stopped before the tests.
    """
    faults = list(faults)
    judged = [fault for fault in faults if fault.key not in known]
    chosen = [f"{fault.model},test_type:unit" for fault in judged]
    with in_the_project(judged):
        done = try_dbt(tables, tables.home, "test", "--select", *chosen)
    if not done.results:
        raise CampaignFailed(done.text)
    said = messages_of(done.results)
    outcomes = {fault: outcome_of(said.get(fault.model, [])) for fault in judged}
    return Score(outcomes | {fault: Outcome.EQUIVALENT for fault in faults if fault.key in known})


@contextmanager
def in_the_project(faults: Iterable[Place]) -> Iterator[None]:
    """The project as dbt has read it, with the faults until the end."""
    models = {
        node.name: node
        for node in project_manifest().nodes.values()
        if node.resource_type == "model"
    }
    right = {fault.model: models[fault.model].raw_code for fault in faults}
    try:
        for fault in faults:
            models[fault.model].raw_code = fault.faulty_sql
        yield
    finally:
        for name, sql in right.items():
            models[name].raw_code = sql


def messages_of(results: Iterable[Any]) -> dict[str, list[tuple[str, str]]]:
    """Status and message of the unit tests of each model."""
    said: dict[str, list[tuple[str, str]]] = {}
    for result in results:
        kind, _, model, *_ = result.node.unique_id.split(".")
        if kind == "unit_test":
            said.setdefault(model, []).append((str(result.status), str(result.message or "")))
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
