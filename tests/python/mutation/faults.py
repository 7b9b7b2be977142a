"""The two kinds of faults: named ones made by hand, and random ones from a seed."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mutation.places import LAST_RESORT, Place, line_at, model_files, places_of, step_at

FAULTS = Path(__file__).with_name("faults.toml")
EQUIVALENTS = Path(__file__).with_name("equivalents.toml")


class FaultsAreStale(Exception):
    """A written fault names a model or a text that is not there any more."""


@dataclass(frozen=True)
class Equivalent:
    """A change of a model's text that changes no result, and why."""

    model: str
    rule: str
    step: str
    line: str
    reason: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """As of a place."""
        return (self.model, self.rule, self.step, self.line)


def hand_made(faults: Path = FAULTS) -> dict[str, Place]:
    """The named fault of each model that has one.

    Raises:
        FaultsAreStale: a model or a text is gone, stands twice, or a model has two faults.
    """
    files, made, stale = model_files(), dict[str, Place](), list[str]()
    for fault in _read(faults, "fault"):
        model, name, text = fault["model"], fault["fault"], fault["text"]
        sql = files[model].read_text(encoding="utf-8") if model in files else ""
        if sql.count(text) != 1:
            stale.append(f"{model}: {name}: its text stands {sql.count(text)} times, not once")
        elif model in made:
            stale.append(f"{model}: {name}: one fault per model, and it has another")
        else:
            at = sql.index(text)
            faulty = sql.replace(text, fault["instead"])
            made[model] = Place(model, name, step_at(sql, at), line_at(sql, at), faulty)
    if stale:
        raise FaultsAreStale(f"{faults.name}:\n  " + "\n  ".join(stale))
    return made


def at_random(seed: int) -> dict[str, Place]:
    """One fault in every model that offers a place; each model has its own draw."""
    drawn = {}
    for model, path in model_files().items():
        by_rule: dict[str, list[Place]] = {}
        for place in places_of(model, path.read_text(encoding="utf-8")):
            by_rule.setdefault(place.rule, []).append(place)
        # The same numbers whatever is changed in other models.
        draw = random.Random(f"{seed}/{model}")
        rules = [rule for rule in by_rule if rule != LAST_RESORT] or list(by_rule)
        if rules:
            drawn[model] = draw.choice(by_rule[draw.choice(rules)])
    return drawn


def equivalents(written: Path = EQUIVALENTS) -> dict[tuple[str, str, str, str], Equivalent]:
    """Changes known to change nothing.

    Raises:
        FaultsAreStale: one is not a place of its model any more.
    """
    known = {
        entry.key: entry for entry in (Equivalent(**row) for row in _read(written, "equivalent"))
    }
    files = model_files()
    offered = {
        place.key
        for model in {entry.model for entry in known.values()} & set(files)
        for place in places_of(model, files[model].read_text(encoding="utf-8"))
    }
    stale = [f"{' / '.join(key)}: no such place" for key in known if key not in offered]
    if stale:
        raise FaultsAreStale(f"{written.name}:\n  " + "\n  ".join(stale))
    return known


def _read(path: Path, table: str) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8")).get(table, [])
    return rows
