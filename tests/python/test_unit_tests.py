"""The unit tests of the models, all of them, in one run of dbt."""

from __future__ import annotations

import pytest

from builds import Company, project_manifest, try_dbt
from engine import Engine
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
    done = try_dbt(tables, tables.home, "test", "--select", "test_type:unit")
    assert done.success, done.text
    assert f", {len(project_manifest().unit_tests)} unit tests in " in done.text, done.text[-300:]
