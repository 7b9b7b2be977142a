"""`definitions.json` of a run: the words behind its cells, so that a run explains itself anywhere.

The rules that explanations and pages cite, as the specification has them, the sources of marks,
what the values of lists mean, and the thresholds of intervals.
Descriptions of marts and columns are in `marts.duckdb` itself.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from expansion_warehouse.explain.claims import CLAIMS
from expansion_warehouse.printable import json_text
from expansion_warehouse.report.cited import cited_rules

DEFINITIONS = "definitions.json"
# Seeds whose rows say what a value means: file, columns of list (or its name), value and meaning.
_WORDS = (
    ("value_lists", "list_name", "value", "meaning"),
    ("guard_reasons", "=blocked_reasons", "reason", "note"),
    ("timing_flags", "=timing_reason", "timing_reason", "note"),
)
_LISTS = (
    *("ended_by", "movement", "sub_movement", "driver"),
    *("scorecard_status", "health_band", "interval_note"),
)
_CURRENCIES = "currencies.csv"
_BENCHMARKS = "benchmarks.csv"
_SOURCES = "sources.md#"
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ANCHOR = re.compile(r'<a id="[^"]*"></a>\s*')


def write_definitions(folder: Path, project: Path) -> None:
    """Write the words into the folder of a run that is being published."""
    marks = _cited_by_marks(project / "seeds" / _BENCHMARKS)
    sources = sorted(cite for cite in marks if cite.startswith(_SOURCES))
    cited = {rule for claim in CLAIMS.values() for rule in claim.rules}
    rules = sorted(cited | cited_rules() | marks.difference(sources))
    content = {
        "rules": {rule: rule_text(project / "docs", rule) for rule in rules},
        "sources": {cite: rule_text(project / "docs", cite, cell=1) for cite in sources},
        "words": _words(project / "seeds"),
        "glossary": _glossary(project / "docs" / "glossary.md"),
        "interval_rules": _values(project / "seeds" / "interval_rules.csv"),
        "minor_unit_digits": _digits(project / "seeds" / _CURRENCIES),
    }
    (folder / DEFINITIONS).write_text(json_text(content) + "\n", encoding="utf-8")


def read_definitions(folder: Path) -> dict[str, Any]:
    """The words of a run; empty for a run of an earlier version."""
    file = folder / DEFINITIONS
    content = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    names = ("rules", "sources", "words", "interval_rules", "minor_unit_digits")
    found = {name: content.get(name) or {} for name in names}
    return {**found, "glossary": content.get("glossary") or []}


def _cited_by_marks(seed: Path) -> set[str]:
    """What the marks of metrics are taken from."""
    if not seed.is_file():
        return set()
    with seed.open(encoding="utf-8", newline="") as handle:
        return {
            cite for row in csv.DictReader(handle) for cite in row["source"].split("; ") if cite
        }


def rule_text(docs: Path, citation: str, cell: int = -1) -> str | None:
    """The heading or the row of a table at an anchor; None where there is none.

    `cell` is the cell of a row that says it.
    """
    page, _, anchor = citation.partition("#")
    file = docs / page
    mark = f'<a id="{anchor}"></a>'
    if not file.is_file():
        return None
    lines = iter(file.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if mark in line:
            return _plain(line, cell) if line.startswith("|") else _below(lines)
    return None


def _below(lines: Iterator[str]) -> str | None:
    found = next((line for line in lines if line.strip() and not _ANCHOR.fullmatch(line)), None)
    return None if found is None else _plain(found)


def _plain(line: str, cell: int = -1) -> str:
    cells = [cell.strip() for cell in _ANCHOR.sub("", line).strip("| ").split(" | ")]
    text = cells[cell] if line.startswith("|") else line.lstrip("# ")
    return _LINK.sub(r"\1", text).replace("**", "").replace("`", "")


def _glossary(page: Path) -> list[list[str]]:
    """English, Japanese and meaning of each word of the glossary."""
    lines = page.read_text(encoding="utf-8").splitlines() if page.is_file() else []
    rows = [[_LINK.sub(r"\1", cell).strip() for cell in line.split("|")[1:4]] for line in lines]
    known = [[cell.replace("`", "") for cell in row] for row in rows if len(row) == 3]
    return [row for row in known if row[0] != "English" and not row[0].startswith("--")]


def _values(seed: Path) -> dict[str, str]:
    """Values of a seed of rules, as they are written."""
    if not seed.is_file():
        return {}
    with seed.open(encoding="utf-8", newline="") as handle:
        return {row["rule"]: row["value"] for row in csv.DictReader(handle)}


def _digits(file: Path) -> dict[str, int]:
    """Digits after the point of each currency, so that pages write money as people do."""
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as handle:
        return {row["currency"]: int(row["minor_unit_digits"]) for row in csv.DictReader(handle)}


def _words(seeds: Path) -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for name, listed, value, meaning in _WORDS:
        file = seeds / f"{name}.csv"
        if not file.is_file():
            continue
        with file.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                kind = listed.removeprefix("=") if listed.startswith("=") else row[listed]
                if listed.startswith("=") or kind in _LISTS:
                    words.setdefault(kind, {}).setdefault(row[value], row[meaning])
    return words
