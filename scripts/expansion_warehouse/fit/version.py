"""A score version as rows of the seeds `health_versions` and `health_weights`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from expansion_warehouse.environment import shown
from expansion_warehouse.errors import BadInput
from expansion_warehouse.fit.book import Book
from expansion_warehouse.fit.estimate import PARTS
from expansion_warehouse.fit.judge import Fit

VERSIONS, WEIGHTS = "health_versions.csv", "health_weights.csv"
SOURCE = "specification/health.md#fitted-weights"
# Seeds in which a version may state more than weights.
_OTHER_RULES = ("health_normalisation.csv", "health_rules.csv", "health_severity_weights.csv")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_NUMBERED = re.compile(r"v(\d+)")


@dataclass(frozen=True)
class NewVersion:
    """Name, first valid day and base of the version that a fit writes."""

    name: str
    valid_from: date
    base: str


def components_of(seeds: Path, book: Book) -> list[str]:
    """The components of the version that counts, in the order in which the seed lists them."""
    listed = [row["component"] for row in _rows(seeds / WEIGHTS)]
    places = {name: place for place, name in reversed(list(enumerate(listed)))}
    return sorted(book.weights, key=lambda name: (places.get(name, len(listed)), name))


def new_version(seeds: Path, book: Book, name: str | None, valid_from: date | None) -> NewVersion:
    """What the version will be called and when it begins.

    Raises BadInput where the name or the day is taken, or the day lies in published months.
    """
    stated = _rows(seeds / VERSIONS)
    taken = {row["version"]: row["valid_from"] for row in stated}
    begins = valid_from or book.last_day + timedelta(days=1)
    if begins <= book.last_day:
        raise BadInput(
            f"--valid-from must be after {book.last_day}, not {begins}: "
            "published months keep the version that they were scored with"
        )
    for version, day in taken.items():
        if day == begins.isoformat():
            raise BadInput(f"version {version} is valid from {begins} already: give another day")
    if name is not None and not _NAME.fullmatch(name):
        raise BadInput(f"{name!r} is no name of a version: write letters, digits, _ and - alone")
    if name in taken:
        raise BadInput(f"version {name} is stated already: name another with --name")
    return NewVersion(name or _next_name(taken), begins, _base(seeds, stated, book.version))


def _next_name(taken: Mapping[str, str]) -> str:
    numbers = [int(found[1]) for found in map(_NUMBERED.fullmatch, taken) if found]
    return f"v{max(numbers, default=0) + 1}"


def _base(seeds: Path, stated: Sequence[Mapping[str, str]], version: str) -> str:
    """The nearest version with rules of its own: chains of fitted versions do not grow."""
    bases = {row["version"]: row["base_version"] for row in stated}
    ruled = {row["version"] for seed in _OTHER_RULES for row in _rows(seeds / seed)}
    found = version
    for _ in bases:
        if found in ruled or not bases.get(found):
            break
        found = bases[found]
    return found


def seed_files(seeds: Path, version: NewVersion, fit: Fit) -> dict[str, str]:
    """Both seeds as the project has them, with the rows of the version below."""
    auc = fit.fitted_auc
    assert auc is not None
    note = (
        f"Fitted to losses within {fit.horizon} days of the month-ends "
        f"{fit.training.first_month:%Y-%m} to {fit.training.last_month:%Y-%m}; AUC {auc.value:.3f} "
        f"({auc.low:.3f} to {auc.high:.3f}) from {fit.judging.first_month:%Y-%m} on"
    )
    versions = [[version.name, version.valid_from.isoformat(), version.base, SOURCE, note]]
    weights = [
        [version.name, component, f"{parts / PARTS:.2f}", SOURCE, f"Fitted, see {VERSIONS[:-4]}"]
        for component, parts in fit.weights.items()
    ]
    return {VERSIONS: _with(seeds / VERSIONS, versions), WEIGHTS: _with(seeds / WEIGHTS, weights)}


def _with(seed: Path, rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return f"{seed.read_text(encoding='utf-8').rstrip()}\n{text.getvalue()}"


def _rows(seed: Path) -> list[dict[str, str]]:
    if not seed.is_file():
        raise BadInput(f"the project has no seed {shown(seed)}: fit reads its score versions there")
    with seed.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
