"""The lines with which the command refuses, collected from its source: `…` stands for a value."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "scripts" / "expansion_warehouse"
# ValueError is what a setting's own check says, `documents.py` puts the name before it.
ERRORS = {"ValueError", "BadInput", "CheckFailed", "BuildRunning", "DatabaseDamaged", "NoSignal"}
# Functions that say what is wrong for others to raise, or print as a notice.
FINDERS = {
    "_baseline",
    "_closings_not_as_known",
    "_complaint",
    "_log_not_as_known",
    "_mart_baseline",
    "_missing",
    "_no_file",
    "_pointers",
    "_read_run",
    "_runs_not_recorded",
    "_stopped",
    "_failure_text",
    "_foreign",
    "closings_not_recorded",
    "damages_of",
    "files_not_sealed",
    "read_closings",
    "seals_not_kept",
    "seals_not_recorded",
    "seals_not_used",
    "take_away",
    "unreadable",
}
VALUE = "…"
# Sentences that stand in a table of the source, by file: who says them, and what comes before.
TABLES = {
    "storage.py": ("trouble", "_TROUBLES", f"{VALUE}: "),
    "raw/listing.py": ("below", "_LOGS", f"{VALUE} "),
}


@dataclass(frozen=True)
class ErrorLine:
    """A place that makes an error; `text` is None where it passes on what another place says."""

    place: str
    text: str | None


def error_lines() -> list[ErrorLine]:
    """Every call of an error class in the package, in the order of the source."""
    return [
        line
        for file in sorted(PACKAGE.rglob("*.py"))
        for line in _lines_of(file.relative_to(PACKAGE).as_posix(), file.read_text("utf-8"))
    ]


def _lines_of(name: str, source: str) -> Iterator[ErrorLine]:
    tree = ast.parse(source)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                place = f"{name}:{function.name}"
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS:
                    yield ErrorLine(place, _words(_text(node.args[0], constants)))
                elif function.name in FINDERS and isinstance(node, ast.expr) and _is_sentence(node):
                    yield ErrorLine(place, _words(_text(node, constants)))
    if name in TABLES:
        speaker, table, before = TABLES[name]
        for words in _values(tree, table, constants):
            yield ErrorLine(f"{name}:{speaker}", f"{before}{words}")


def _words(text: str) -> str | None:
    words = re.sub(f"{VALUE}+", VALUE, text)
    return words if re.search(r"[a-z]{3}", words) else None


def _is_sentence(node: ast.expr) -> bool:
    """A text that stands for itself, not a part of one or a name."""
    if not isinstance(node, ast.JoinedStr):
        return isinstance(node, ast.Constant) and str(node.value).startswith("interrupted")
    written = " ".join(str(p.value) for p in node.values if isinstance(p, ast.Constant))
    return len(re.findall(r"[a-z]{2,}", written)) > 3 or ": unknown" in written


def _values(tree: ast.Module, name: str, constants: Mapping[str, object]) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            assert isinstance(node.value, ast.Dict)
            return [_text(value, constants) for value in node.value.values]
    raise KeyError(name)


def _text(node: ast.expr, constants: Mapping[str, object]) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, constants) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return _text(node.value, constants)
    if isinstance(node, ast.Name) and node.id in constants:
        return str(constants[node.id])
    return VALUE
