"""Where a model can be made wrong, and how: one small rule per kind of fault."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[3]
FINAL_SELECT = "final select"

# What stands for what. `and` is changed where a model offers nothing else: most of them join keys.
RULES = {
    "left join -> inner join": (r"\bleft join\b", "inner join"),
    "union all -> union": (r"\bunion all\b", "union"),
    "distinct dropped": (r"\bselect distinct\b", "select"),
    "max -> min": (r"\bmax\(", "min("),
    "min -> max": (r"\bmin\(", "max("),
    "<= -> <": (r"<=", "<"),
    ">= -> >": (r">=", ">"),
    "< -> <=": (r"(?<![<-])<(?![=>-])", "<="),
    "> -> >=": (r"(?<![<>=-])>(?![=>])", ">="),
    "not dropped": (r"\bnot (?!in\b|null\b|exists\b|between\b|materialized\b|loop\b)(?=\w)", ""),
    "desc -> asc": (r"\bdesc\b", "asc"),
    "true -> false": (r"\btrue\b", "false"),
    "+ 1 -> + 0": (r"\+ 1\b", "+ 0"),
    "= 1 -> = 0": (r"(?<![<>])= 1\b", "= 0"),
    "and -> or": (r"\band\b", "or"),
}
LAST_RESORT = "and -> or"
# Comments, statements of Jinja and settings of the model are no part of what it computes.
_NO_SQL = re.compile(
    r"--[^\n]*|\{#.*?#\}|\{% raw %\}.*?\{% endraw %\}|\{%.*?%\}|\{\{\s*config\(.*?\}\}", re.DOTALL
)
# The `and` of a range or of a frame is no condition.
_RANGE = re.compile(r"\bbetween\b(?:(?!\band\b).)*\band\b", re.DOTALL)
_CTE = re.compile(r"^(\w+) as (?:not )?(?:materialized )?\($", re.MULTILINE)
_END_OF_CTES = re.compile(r"^\)$", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """One place of a model at which one rule applies."""

    model: str
    rule: str
    step: str
    line: str
    faulty_sql: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What is written down of it: two places with the same key are the same fault."""
        return (self.model, self.rule, self.step, self.line)


def model_files() -> dict[str, Path]:
    """The file of every model."""
    return {path.stem: path for path in sorted((PROJECT / "models").rglob("*.sql"))}


def places_of(model: str, sql: str) -> list[Place]:
    """All places of a model, rule by rule."""
    seen = _NO_SQL.sub(_blank, sql)
    return [
        Place(model, rule, step_at(sql, match.start()), line_at(sql, match.start()), faulty)
        for rule, (pattern, replacement) in RULES.items()
        for match in re.finditer(pattern, _RANGE.sub(_blank, seen) if rule == LAST_RESORT else seen)
        for faulty in (sql[: match.start()] + replacement + sql[match.end() :],)
    ]


def step_at(sql: str, position: int) -> str:
    """The name of the CTE around a position."""
    opened = [match for match in _CTE.finditer(sql) if match.start() < position]
    if not opened or _END_OF_CTES.search(sql, opened[-1].end(), position):
        return FINAL_SELECT
    return opened[-1].group(1)


def line_at(sql: str, position: int) -> str:
    """The line around a position, without its indentation."""
    end = sql.find("\n", position)
    return sql[sql.rfind("\n", 0, position) + 1 : end if end >= 0 else len(sql)].strip()


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
