"""The queries of the models' READMEs run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from builds import PROJECT, Company

PAGES = sorted((PROJECT / "models").rglob("README.md"))


def queries(page: Path) -> list[str]:
    return re.findall(r"```sql\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def test_every_readme_has_a_query() -> None:
    assert [str(page) for page in PAGES if not queries(page)] == []


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_queries_of_a_readme_find_rows(page: Path, sample_company: Company) -> None:
    with duckdb.connect(sample_company.database, read_only=True) as connection:
        for query in queries(page):
            assert connection.sql(query).fetchall(), query


@pytest.mark.slow
def test_the_walk_of_the_ledger_adds_up(sample_company: Company) -> None:
    """The drivers of the second step are the change of the account in the first."""
    steps = queries(PROJECT / "models" / "intermediate" / "ledger" / "README.md")
    with duckdb.connect(sample_company.database, read_only=True) as connection:
        movements, drivers, lines = (connection.sql(step).fetchall() for step in steps)
        account = connection.sql("select getvariable('account')").fetchall()
    assert account[0][0] is not None
    assert drivers[-1][-1] == sum(row[4] for row in movements)
    assert len({row[0] for row in lines}) <= 2
