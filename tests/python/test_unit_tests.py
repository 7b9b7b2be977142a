"""The unit tests of the models, all of them, in one run of dbt."""

from __future__ import annotations

import pytest
from dbt.compilation import InjectedCTE, inject_ctes_into_sql
from sqlparse import parse as parse_all

from builds import Company, project_manifest, try_dbt
from engine import Engine
from fixture_rows import beginning, only_beginnings_parsed
from tiny_project import RAW, write_raw

pytestmark = [pytest.mark.slow, pytest.mark.unit]


@pytest.fixture(scope="module")
def tables(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Every table that a unit test takes its columns from; what is in them does not matter."""
    folder = tmp_path_factory.mktemp("unit")
    company = Company(folder / "raw", folder / "home")
    write_raw(company.raw, RAW)
    (company.raw / "settings.yml").write_text("as_of_date: 2025-06-30\n", encoding="utf-8")
    return engine.build(company)


def test_every_unit_test_passes(tables: Company) -> None:
    with only_beginnings_parsed():
        done = try_dbt(tables, tables.home, "test", "--select", "test_type:unit")
    assert done.success, done.text
    assert f", {len(project_manifest().unit_tests)} unit tests in " in done.text, done.text[-300:]


@pytest.mark.parametrize(
    ("sql", "is_parsed"),
    [
        ("with a as (select 1 as x) select x from a", False),
        ("\n\nWITH\n    a as (with b as (select 1) select * from b)\nselect * from a", False),
        ("-- why\nwith a as (select 1) select * from a", True),
        ("with recursive a as (select 1) select * from a", True),
        ("select 1 as within", True),
        ("withheld", True),
    ],
)
def test_rows_are_written_where_dbt_writes_them(
    sql: str, is_parsed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [InjectedCTE(id=x, sql=f"{x} as (select 2)") for x in ("given", "expected")]
    meant = inject_ctes_into_sql(sql, rows)
    parsed: list[str] = []

    def parse(text: str) -> object:
        parsed.append(text)
        return parse_all(text)

    monkeypatch.setattr("fixture_rows.parse", parse)
    assert "".join(map(str, beginning(sql))) == sql
    parsed.clear()
    with only_beginnings_parsed():
        assert inject_ctes_into_sql(sql, rows) == meant
    assert bool(parsed) == is_parsed
