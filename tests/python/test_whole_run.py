"""A whole run in a home of its own: reproducible, usable with plain dbt, and its analyses run."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import PROJECT, Company, dbt, know_project, run_module
from engine import Engine

pytestmark = pytest.mark.slow

MARTS = sorted(path.stem for path in (PROJECT / "models" / "marts").rglob("*.sql"))


# Columns that name the file a row came from, or show it as it stands there.
OF_THE_FILE = {
    "dq_quarantine": "* exclude (row_json, source_file)",
    "fct_mrr_lines": "* exclude (source_file)",
}


@pytest.fixture(scope="module")
def own_copy(sample_company: Company, tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The sample company with a database that dbt may write."""
    home = tmp_path_factory.mktemp("own") / "home"
    home.mkdir()
    shutil.copy(sample_company.database, home)
    company = Company(sample_company.raw, home)
    know_project(company)
    return company


def shuffled_copy(raw: Path, target: Path) -> Path:
    """The same tables as CSV with their rows in another order: only the content is the same."""
    target.mkdir(parents=True)
    (target / "settings.yml").write_bytes((raw / "settings.yml").read_bytes())
    with duckdb.connect() as connection:
        for file in sorted(raw.glob("*.parquet")):
            connection.execute(
                f"copy (select * exclude (_n) from "
                f"(select *, row_number() over () as _n from '{file}') order by hash(_n)) "
                f"to '{target / file.stem}.csv' (header)"
            )
    return target


def test_shuffled_rows_other_format_and_order_of_models_give_identical_marts(
    engine: Engine, sample_company: Company, tmp_path: Path
) -> None:
    """Published from Parquet by several threads; made again from CSV, one model at a time."""
    raw = shuffled_copy(sample_company.raw, tmp_path / "raw")
    other = engine.build(Company(raw, tmp_path / "home"))
    different = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{sample_company.marts}' as ours (read_only)")
        connection.execute(f"attach '{other.database}' as theirs (read_only)")
        for mart in MARTS:
            columns = OF_THE_FILE.get(mart, "*")
            counts = connection.execute(
                f"select (select count(*) from (select {columns} from ours.main.{mart} "
                f"except all select {columns} from theirs.main.{mart})), "
                f"(select count(*) from (select {columns} from theirs.main.{mart} "
                f"except all select {columns} from ours.main.{mart}))"
            ).fetchone()
            if counts != (0, 0):
                different[mart] = counts
    assert different == {}


def test_every_mart_is_published_with_rows(sample_company: Company) -> None:
    run = json.loads((sample_company.marts.parent / "run.json").read_text(encoding="utf-8"))
    assert sorted(run["row_counts"]) == MARTS
    # Nothing is sealed in the sample, and nobody plans.
    assert [name for name, rows in run["row_counts"].items() if not rows] == [
        "dq_oddities",
        "fct_sealed_months",
        "kpi_plan_actual",
    ]


@pytest.mark.parametrize(
    "command",
    [
        ("build", "--select", "kpi_nrr", "fct_health_scores"),
        ("test", "--select", "kpi_nrr"),
        ("docs", "generate"),
    ],
    ids=lambda command: "_".join(command).replace("--select_", ""),
)
def test_plain_dbt_works(own_copy: Company, tmp_path: Path, command: tuple[str, ...]) -> None:
    """As a person types it, in a process of its own."""
    places = {
        "WAREHOUSE_HOME": str(own_copy.home),
        "WAREHOUSE_RAW": str(own_copy.raw),
        "DBT_TARGET_PATH": str(own_copy.home / "target"),
        "DBT_LOG_PATH": str(tmp_path),
    }
    done = run_module("dbt.cli.main", *command, **places)
    assert done.returncode == 0, done.stdout


def test_every_analysis_is_listed_with_its_question() -> None:
    text = (PROJECT / "docs" / "analyses.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| [^|]+\? \| `(\w+)` \|$", text, flags=re.MULTILINE)
    assert sorted(listed) == sorted(path.stem for path in (PROJECT / "analyses").glob("*.sql"))


def test_every_analysis_runs_and_answers(own_copy: Company, tmp_path: Path) -> None:
    dbt(own_copy, tmp_path, "compile", "--select", "resource_type:analysis")
    compiled = sorted((tmp_path / "target" / "compiled").rglob("analyses/*.sql"))
    assert [path.name for path in compiled] == sorted(
        path.name for path in (PROJECT / "analyses").glob("*.sql")
    )
    answers: dict[str, list[Any]] = {}
    with duckdb.connect(str(own_copy.database), read_only=True) as connection:
        for path in compiled:
            answers[path.name] = connection.execute(path.read_text(encoding="utf-8")).fetchall()
    assert [name for name, rows in answers.items() if not rows] == []
