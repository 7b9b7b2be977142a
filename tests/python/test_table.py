"""How a table is made in the place of the one before (macro `table`)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from expansion_warehouse.engine.transform import close_database

ROOT = Path(__file__).parents[2]

PROJECT = "{name: small, version: 0.0.1, config-version: 2, profile: small}"

PROFILES = """
small: {target: duckdb, outputs: {duckdb: {type: duckdb, path: "%s"}}}
"""

CONTRACT = """
models:
  - name: answer
    config: {contract: {enforced: true}}
    columns: [{name: one, data_type: integer}]
"""

TABLE = "{{ config(materialized='table') }} "


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one model, with this project's table."""
    (tmp_path / "models").mkdir()
    (tmp_path / "macros").mkdir()
    shutil.copy(ROOT / "macros" / "materializations" / "table.sql", tmp_path / "macros")
    (tmp_path / "dbt_project.yml").write_text(PROJECT)
    (tmp_path / "profiles.yml").write_text(PROFILES % (tmp_path / "x.duckdb"))
    return tmp_path


def run(project: Path, model: str) -> bool:
    """Build the model; whether it succeeded."""
    (project / "models" / "answer.sql").write_text(model)
    folders = ["--project-dir", str(project), "--profiles-dir", str(project)]
    written = ["--target-path", str(project / "target"), "--log-path", str(project / "logs")]
    try:
        return bool(dbtRunner().invoke(["run", "--quiet", *folders, *written]).success)
    finally:
        close_database()


def ask(project: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(project / "x.duckdb"), read_only=True) as con:
        return con.sql(query).fetchall()


def relations(project: Path) -> list[tuple[Any, ...]]:
    return ask(project, "select table_name, table_type from information_schema.tables")


def test_a_table_takes_the_place_of_a_view_and_of_a_table(project: Path) -> None:
    for model, expected in [
        ("{{ config(materialized='view') }} select 1 as one", 1),
        (TABLE + "select 2 as one", 2),
        (TABLE + "select 3 as one, 'x' as two", 3),
    ]:
        assert run(project, model)
        assert ask(project, "select one from answer") == [(expected,)]
    assert relations(project) == [("answer", "BASE TABLE")]


@pytest.mark.parametrize("contract", ["", CONTRACT])
def test_a_table_that_fails_leaves_the_one_before(project: Path, contract: str) -> None:
    (project / "models" / "answer.yml").write_text(contract)
    assert run(project, TABLE + "select 1 as one")
    failing = "cast(case when random() > -1 then 'x' end as integer)"
    assert not run(project, f"{TABLE} select {failing} as one")
    assert ask(project, "select one from answer") == [(1,)]
    assert relations(project) == [("answer", "BASE TABLE")]


def test_a_contract_holds(project: Path) -> None:
    (project / "models" / "answer.yml").write_text(CONTRACT)
    assert not run(project, TABLE + "select 'x' as one")
    assert run(project, TABLE + "select 1 as one")
