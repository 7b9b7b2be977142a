"""The same models on DuckDB and on a local Spark session: every value must be equal.

One Spark session serves all tests of this file: it builds two companies (one written by hand
under unusual settings, one from the sample generator with all its edge cases) and evaluates the
arithmetic and date macros on random values, which plain Python judges.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import macro_cases
from builds import PROJECT, Company, project_manifest, transform
from expansion_warehouse.engine.database import open_read_only
from expansion_warehouse.engine.spark import (
    export_typed_raw,
    java_home,
    settings_argument,
    spark_environment,
)
from expansion_warehouse.errors import BadInput
from expansion_warehouse.sample import SampleOptions, write_sample
from parity import Relation, differences
from spark_book import write_book

# Which days changed since the last build: on Spark every build is a full one.
BOOKKEEPING = ("int_usage_file_days", "int_usage_day_marks")
BOOKS = ("handwritten", "sample")
ENGINES = ("duckdb", "spark")
TIMEOUT_SECONDS = 1_800


@dataclass(frozen=True)
class Results:
    """Where the DuckDB builds and what Spark made of them are."""

    folder: Path

    def database(self, book: str) -> Path:
        return self.folder / book / "home" / "build.duckdb"

    def spark(self, book: str) -> Path:
        return self.folder / book / "spark"

    def relations(self) -> list[Relation]:
        """Every model and seed of the project, but the bookkeeping of what DuckDB recounts."""
        return [
            Relation(node.schema, node.alias, is_mart="marts" in node.fqn[:2])
            for node in project_manifest().nodes.values()
            if node.resource_type in ("model", "seed") and node.name not in BOOKKEEPING
        ]

    def cases(self, name: str) -> list[dict[str, Any]]:
        """The random values that the macros were given."""
        return read_rows(self.folder / "values" / f"{name}.parquet")

    def values(self, engine: str, name: str) -> list[dict[str, Any]]:
        """What the macros made of them."""
        return read_rows(self.folder / "values" / engine / name / "*.parquet")


def read_rows(files: Path) -> list[dict[str, Any]]:
    """Rows in the order of their ids."""
    found = duckdb.connect().execute(f"select * from read_parquet('{files}') order by id")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Both companies on both engines, and the macros' values."""
    if java_home() is None:
        pytest.fail("Spark needs Java 17, and there is none")
    folder = tmp_path_factory.mktemp("parity")
    write_book(folder / "handwritten" / "raw")
    raw = folder / "sample" / "raw"
    write_sample(SampleOptions(raw, accounts=25, months=30, events=2_000, edge_cases=True))
    for book in BOOKS:
        build_on_duckdb(folder / book)
    queries = write_queries(folder / "values")
    run_spark_job(folder, queries)
    return Results(folder)


def build_on_duckdb(folder: Path) -> None:
    """Build one book, and hand its typed raw tables over."""
    company = Company(folder / "raw", folder / "home")
    transform(company, folder, "--threads", "2")
    export_typed_raw(company.database, folder / "raw", folder / "typed")


def dbt_variables(folder: Path) -> dict[str, str]:
    return {
        "DBT_TARGET": "spark",
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "WAREHOUSE_RAW": str(folder / "raw"),
        "PYTHONPATH": str(PROJECT / "scripts"),
        "DO_NOT_TRACK": "1",
    }


def run_spark_job(folder: Path, queries: list[dict[str, str]]) -> None:
    """One process for everything that needs Spark; nothing of it outlives this call."""
    job = {
        "project": str(PROJECT),
        "builds": [
            {
                "raw": str(folder / book / "typed"),
                "vars": settings_argument(folder / book / "typed"),
                "to": str(folder / book / "spark"),
            }
            for book in BOOKS
        ],
        "queries": queries,
    }
    file = folder / "job.json"
    file.write_text(json.dumps(job), encoding="utf-8")
    environment = {
        **os.environ,
        **dbt_variables(folder),
        **spark_environment(folder / "home"),
        **small_session(),
    }
    before = set(PROJECT.iterdir())
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("spark_job.py")), str(file)],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=TIMEOUT_SECONDS)
    finally:
        end_session(process.pid)
    assert process.returncode == 0, output[-6_000:]
    assert set(PROJECT.iterdir()) <= before, "Spark wrote into the working directory"


def small_session() -> dict[str, str]:
    """Kilobytes of data: compiling would cost more than it saves; nobody needs the catalogue."""
    plain = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
    java = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms1g", "-XX:MetaspaceSize=300m"]
    settings = " ".join(f"--conf {name}={value}" for name, value in plain.items())
    return {
        "DBT_THREADS": "2",
        "SPARK_CATALOG": "in-memory",
        "SPARK_SUBMIT_OPTS": " ".join(java),
        "PYSPARK_SUBMIT_ARGS": f"{settings} pyspark-shell",
    }


def end_session(group: int) -> None:
    """End what is left of the job's own process group, its JVM included."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def write_queries(folder: Path) -> list[dict[str, str]]:
    """Write the macros' cases, evaluate them on DuckDB, and return what Spark is to evaluate."""
    folder.mkdir()
    chance = random.Random(20_240_601)
    con = duckdb.connect()
    macro_cases.write_money_cases(con, folder / "money.parquet", chance)
    macro_cases.write_day_cases(con, folder / "days.parquet", chance)
    jobs = []
    for name, query in (("money", macro_cases.money_query), ("days", macro_cases.days_query)):
        source, target = folder / f"{name}.parquet", folder / "duckdb" / name
        target.mkdir(parents=True)
        sql = query("duckdb", f"read_parquet('{source}')")
        con.execute(f"copy ({sql}) to '{target / 'rows.parquet'}' (format parquet)")
        jobs.append(
            {"sql": query("spark", f"parquet.`{source}`"), "to": str(folder / "spark" / name)}
        )
    return jobs


@pytest.mark.spark
@pytest.mark.parametrize("engine", ENGINES)
def test_money_is_exact(results: Results, engine: str) -> None:
    wrong = wrong_values(results, engine, "money", macro_cases.expected_money)
    assert not wrong, f"{len(wrong)} wrong on {engine}:\n" + "\n".join(wrong[:3])


@pytest.mark.spark
@pytest.mark.parametrize("engine", ENGINES)
def test_dates_mean_the_same(results: Results, engine: str) -> None:
    wrong = wrong_values(results, engine, "days", macro_cases.expected_days)
    assert not wrong, f"{len(wrong)} wrong on {engine}:\n" + "\n".join(wrong[:3])


def wrong_values(
    results: Results, engine: str, name: str, expect: Callable[[dict[str, Any]], dict[str, Any]]
) -> list[str]:
    cases, found = results.cases(name), results.values(engine, name)
    assert len(found) == macro_cases.CASES
    return [
        f"{column} of {case}: {row[column]!r} instead of {expected!r}"
        for case, row in zip(cases, found, strict=True)
        for column, expected in expect(case).items()
        if row[column] != expected
    ]


@pytest.mark.spark
@pytest.mark.parametrize("book", BOOKS)
def test_every_value_is_equal(results: Results, book: str) -> None:
    lines: list[str] = []
    with open_read_only(results.database(book)) as con:
        for relation in results.relations():
            folder = results.spark(book) / relation.schema / relation.name
            lines += differences(con, relation, folder)
    assert not lines, "\n".join(lines[:60])


@pytest.mark.spark
@pytest.mark.parametrize("book", BOOKS)
def test_the_books_have_something_to_differ_in(results: Results, book: str) -> None:
    with open_read_only(results.database(book)) as con:

        def values(query: str) -> set[Any]:
            return {row[0] for row in con.execute(query).fetchall()}

        movements = values("select movement from fct_mrr_movements")
        assert movements == {"new", "expansion", "contraction", "churn", "reactivation", "flat"}
        assert len(values("select driver from fct_mrr_drivers")) >= 8
        assert len(values("select reason from dq_quarantine")) >= 5
        assert len(values("select currency from staging.stg_contract_lines")) >= 3
        for mart in ("kpi_nrr", "kpi_mrr_bridge", "fct_nonrecurring_revenue"):
            assert values(f"select 1 from {mart}"), mart


@pytest.fixture
def small_database(tmp_path: Path) -> Iterator[Path]:
    database = tmp_path / "build.duckdb"
    with duckdb.connect(str(database)) as con:
        con.execute("create schema raw")
        con.execute(
            "create table raw.accounts as select 'A' as account_id, date '0001-01-01' as day"
        )
        con.execute("create view raw.usage_events as select 1 as event_id where false")
    yield database


def test_export_writes_every_raw_relation_and_the_settings(
    small_database: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "settings.yml").write_text("as_of_date: 2025-01-31\nclose_day: 5\n")
    target = tmp_path / "home" / "typed"
    export_typed_raw(small_database, raw, target)
    (target / "left_over.parquet").touch()
    export_typed_raw(small_database, raw, target)
    assert {file.name for file in target.iterdir()} == {
        "accounts.parquet",
        "usage_events.parquet",
        "settings.yml",
    }
    assert [file.name for file in target.parent.iterdir()] == ["typed"]
    rows = duckdb.execute(f"select * from read_parquet('{target}/accounts.parquet')").fetchall()
    assert rows == [("A", date(1, 1, 1))]
    text = settings_argument(target)
    assert "as_of_date: '2025-01-31'" in text
    assert "close_day: 5" in text
    assert "known_at: null" in text
    assert "reporting_currency: JPY" in text


def test_export_takes_the_settings_of_the_run(small_database: Path, tmp_path: Path) -> None:
    export_typed_raw(small_database, tmp_path, tmp_path / "typed", {"as_of_date": "2025-02-28"})
    assert settings_argument(tmp_path / "typed").splitlines()[1:] == ["as_of_date: '2025-02-28'"]


def test_export_needs_a_build(tmp_path: Path) -> None:
    database = tmp_path / "build.duckdb"
    duckdb.connect(str(database)).close()
    with pytest.raises(BadInput, match="build on DuckDB first"):
        export_typed_raw(database, tmp_path, tmp_path / "typed")
    assert not (tmp_path / "typed").exists()


def test_everything_spark_writes_is_below_the_home(tmp_path: Path) -> None:
    variables = spark_environment(tmp_path)
    assert variables.pop("SPARK_LOCAL_IP") == "127.0.0.1"
    assert variables.pop("PYSPARK_PYTHON") == sys.executable
    assert variables
    assert all(value.startswith(str(tmp_path)) for value in variables.values())


COMPARED = """
    create table rows_here as select * from (values
        (1, 'a', 1.0::double, 2.50::decimal(18, 2)),
        (2, null, 0.3::double, null),
        (3, 'c', null, 0.00),
    ) as rows (id, label, ratio, amount)
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("select * from rows_here order by id desc", []),
        ("select * replace (ratio * (1 + 1e-14) as ratio) from rows_here", []),
        (
            "select * replace (if(id = 2, 0.3000000001, ratio) as ratio) from rows_here",
            ["ratio: 0.3 on DuckDB, 0.3000000001 on Spark"],
        ),
        (
            "select * replace (if(id = 2, null, ratio) as ratio) from rows_here",
            ["ratio: 0.3 on DuckDB, None on Spark"],
        ),
        (
            "select * replace (if(id = 1, 2.51::decimal(18, 2), amount) as amount) from rows_here",
            ["amount: Decimal('2.50') on DuckDB, Decimal('2.51') on Spark"],
        ),
        (
            "select * replace (coalesce(label, '') as label) from rows_here",
            ["label: None on DuckDB, '' on Spark"],
        ),
        ("select * from rows_here where id < 3", ["1 rows only on DuckDB, 0 only on Spark"]),
        (
            "select * from rows_here union all select * from rows_here where id = 3",
            ["0 rows only on DuckDB, 1 only on Spark"],
        ),
        (
            "select * replace (cast(amount as decimal(20, 3)) as amount) from rows_here",
            ["amount is DECIMAL(18,2) on DuckDB, DECIMAL(20,3) on Spark"],
        ),
        ("select * exclude (label) from rows_here", ["columns"]),
    ],
)
def test_differences_are_found(tmp_path: Path, change: str, expected: list[str]) -> None:
    con = duckdb.connect()
    con.execute(COMPARED)
    con.execute(f"copy ({change}) to '{tmp_path / 'rows.parquet'}' (format parquet)")
    lines = differences(con, Relation("main", "rows_here", is_mart=True), tmp_path)
    assert bool(lines) == bool(expected)
    for part in expected:
        assert any(part in line for line in lines), lines


def test_a_missing_relation_is_a_difference(tmp_path: Path) -> None:
    lines = differences(duckdb.connect(), Relation("main", "gone", is_mart=True), tmp_path)
    assert lines == ["main.gone: not built on Spark"]
