"""The worked example says what the marts say: each table is the answer to the query above it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from builds import PROJECT, Company

PAGE = PROJECT / "docs" / "worked-example.md"
STEP = re.compile(r"```sql\n(?P<query>[^`]*)```\n\n(?P<table>(?:\|.*\n)+)")
STEPS = [(step["query"], step["table"]) for step in STEP.finditer(PAGE.read_text(encoding="utf-8"))]


def read(table: str) -> tuple[list[str], list[list[str]]]:
    """The names and the rows of a table of the page."""
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]
    return lines[0], lines[2:]


def written(value: object) -> str:
    """A value as the page writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | float | int):
        text = f"{value:,.4f}"
        return text.rstrip("0").rstrip(".")
    return str(value)


def test_every_query_has_its_answer_below() -> None:
    assert PAGE.read_text(encoding="utf-8").count("```sql") == len(STEPS) == 5


@pytest.mark.slow
@pytest.mark.parametrize(("query", "table"), STEPS, ids=range(len(STEPS)))
def test_the_marts_say_what_was_worked_out(query: str, table: str, sample_company: Company) -> None:
    names, rows = read(table)
    with duckdb.connect(sample_company.marts, read_only=True) as con:
        answer = con.sql(query)
        columns = answer.columns
        found = [[written(value) for value in row] for row in answer.fetchall()]
    assert columns == names
    assert found == rows
