"""The runbook explains every line with which the command refuses, and every line is provoked."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from error_lines import ROOT, VALUE, error_lines

RUNBOOK = ROOT / "docs" / "runbook.md"
TESTS = Path(__file__).parent
# As many letters of a line as a test has to name for the line to count as provoked.
ENOUGH = 12

# Lines that no test prints, and why.
UNPROVOKED = {
    "the benchmark stopped: exit code …": "a benchmark takes minutes",
    "… has no source named raw": "only where somebody takes the contract out of the project",
    "marts.duckdb was not closed cleanly (a .wal file is left)": "DuckDB leaves none where it "
    "ends well; a kill is what test_kills.py provokes",
    "dbt build failed, nothing published: …": "dbt has failed nodes whenever it fails by itself",
    "the build database is damaged": "never printed: the build catches it and begins anew",
}

LINES = {line.text: line.place for line in error_lines() if line.text}


def patterns() -> list[str]:
    """The lines of the runbook's table, as they stand between backticks."""
    table = RUNBOOK.read_text(encoding="utf-8").split("## What a line means")[1].split("\n## ")[0]
    cells = [row.split(" | ")[0] for row in table.splitlines() if row.startswith("| `")]
    return [span[0].strip() or span[1] for cell in cells for span in SPAN.findall(cell)]


SPAN = re.compile(r"`` (.+?) ``|`([^`]+)`")


def explains(pattern: str, line: str) -> bool:
    """Whether a pattern is the beginning of a line, or all of it."""
    return re.match(re.escape(pattern).replace(VALUE, ".*"), line) is not None


def told() -> str:
    """Every text that a test holds: what it expects is among them."""
    texts = []
    for file in sorted(TESTS.glob("test_*.py")):
        if file.name != Path(__file__).name:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            texts += [
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
    # Expectations are often patterns: what they escape is not what is printed.
    return "\n".join(texts).replace("\\", "")


@pytest.mark.parametrize("line", LINES)
def test_the_runbook_explains_the_line(line: str) -> None:
    assert any(explains(pattern, line) for pattern in patterns()), (
        f"{LINES[line]} says {line!r}: give it a row in docs/runbook.md"
    )


def test_the_runbook_explains_no_line_that_is_not_said() -> None:
    idle = [p for p in patterns() if not any(explains(p, line) for line in LINES)]
    assert idle == []


def test_every_line_is_printed_by_a_test() -> None:
    expected = told()
    silent = {line for line in LINES if not is_expected(line, expected)}
    assert silent <= set(UNPROVOKED)
    assert set(UNPROVOKED) <= set(LINES)


def is_expected(line: str, expected: str) -> bool:
    """Whether a test names a piece of the line that is long enough to be of this line."""
    for piece in line.split(VALUE):
        words = piece.strip()
        size = min(ENOUGH, max(len(part.strip()) for part in line.split(VALUE)))
        if len(words) < size:
            continue
        if any(words[at : at + size] in expected for at in range(len(words) - size + 1)):
            return True
    return False


def test_a_line_without_a_row_or_a_test_is_noticed() -> None:
    assert not any(explains(pattern, "the moon is full: wait a week") for pattern in patterns())
    assert not is_expected("…: the moon is full, wait a week", told())
    assert explains("run … is damaged: …", "run X is damaged: gone")
