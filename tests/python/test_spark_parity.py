"""The same models on DuckDB and on a local Spark session: every value must be equal.

One Spark session serves all tests of this file: it builds two companies (one written by hand under
unusual settings, one from the sample generator with all its edge cases) and evaluates the arithmetic
and date macros on random values, which plain Python judges.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from macro_sql import MacroSql
from parity import Relation, differences
from spark_book import write_book

from expansion_warehouse.database import open_read_only
from expansion_warehouse.errors import BadInput
from expansion_warehouse.sample import SampleOptions, write_sample
from expansion_warehouse.spark import (
    export_typed_raw,
    java_home,
    settings_argument,
    spark_environment,
)

PROJECT = Path(__file__).parents[2]
BOOKS = ("handwritten", "sample")
ENGINES = ("duckdb", "spark")
ZONES = ("America/New_York", "Asia/Tokyo", "Europe/London")
CASES = 1_000
TIMEOUT_SECONDS = 1_800


@dataclass(frozen=True)
class Results:
    """Where the DuckDB builds and what Spark made of them are."""

    folder: Path

    def database(self, book: str) -> Path:
        return self.folder / book / "home" / "build.duckdb"

    def spark(self, book: str) -> Path:
        return self.folder / book / "spark"

    def relations(self, book: str) -> list[Relation]:
        """Every model and seed of the project."""
        manifest = json.loads((self.folder / book / "target" / "manifest.json").read_text())
        return [
            Relation(node["schema"], node["alias"], is_mart="marts" in node["fqn"][:2])
            for node in manifest["nodes"].values()
            if node["resource_type"] in ("model", "seed")
        ]

    def values(self, engine: str, query: str) -> list[dict[str, Any]]:
        """Rows of one of the queries, in the order of their ids."""
        folder = self.folder / "values" / engine / query
        con = duckdb.connect()
        rows = con.execute(f"select * from read_parquet('{folder}/*.parquet') order by id")
        names = [column[0] for column in rows.description]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Both companies on both engines, and the macros' values."""
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    if java_home() is None:
        pytest.skip("Spark needs Java 17, and there is none")
    folder = tmp_path_factory.mktemp("parity")
    write_book(folder / "handwritten" / "raw")
    write_sample(
        SampleOptions(target=folder / "sample" / "raw", accounts=25, months=30, events=2_000)
    )
    for book in BOOKS:
        build_on_duckdb(folder / book)
    queries = write_queries(folder / "values")
    run_spark_job(folder, queries)
    return Results(folder)


def build_on_duckdb(folder: Path) -> None:
    """Build one book, and hand its typed raw tables over."""
    home = folder / "home"
    home.mkdir()
    kinds = ["--resource-type", "seed", "--resource-type", "model"]
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "build", *kinds, "--threads", "2"],
        cwd=PROJECT,
        env={**os.environ, **dbt_variables(folder, "duckdb"), "WAREHOUSE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4_000:]
    export_typed_raw(home / "build.duckdb", folder / "raw", folder / "typed")


def dbt_variables(folder: Path, engine: str) -> dict[str, str]:
    return {
        "DBT_TARGET": engine,
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
        **dbt_variables(folder, "spark"),
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
    """Kilobytes of data: compiling costs more than it saves, and nobody needs the catalogue later."""
    plain = "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.codegen.factoryMode=NO_CODEGEN"
    return {
        "DBT_THREADS": "2",
        "SPARK_CATALOG": "in-memory",
        "SPARK_SUBMIT_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms1g -XX:MetaspaceSize=300m",
        "PYSPARK_SUBMIT_ARGS": f"{plain} pyspark-shell",
    }


def end_session(group: int) -> None:
    """End what is left of the job's own process group, its JVM included."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


# --- the macros on random values ---


def write_queries(folder: Path) -> list[dict[str, str]]:
    """Write the cases, evaluate them on DuckDB, and return what Spark is to evaluate."""
    folder.mkdir()
    chance = random.Random(20_240_601)
    con = duckdb.connect()
    write_money_cases(con, folder / "money.parquet", chance)
    write_day_cases(con, folder / "days.parquet", chance)
    jobs = []
    for name, query in {"money": money_query, "days": days_query}.items():
        source = folder / f"{name}.parquet"
        target = folder / "duckdb" / name
        target.mkdir(parents=True)
        sql = query("duckdb", f"read_parquet('{source}')")
        con.execute(f"copy ({sql}) to '{target / 'rows.parquet'}' (format parquet)")
        jobs.append(
            {
                "sql": query("spark", f"parquet.`{source}`"),
                "to": str(folder / "spark" / name),
            }
        )
    return jobs


def write_money_cases(con: duckdb.DuckDBPyConnection, file: Path, chance: random.Random) -> None:
    con.execute("""
        create table money (
            id integer, unit_price decimal(22, 6), quantity decimal(16, 4), kept_share decimal(7, 6),
            tax_rate decimal(6, 4), is_tax_inclusive boolean,
            months_numerator integer, months_denominator integer,
            opening_quantity decimal(18, 4), closing_quantity decimal(18, 4), opening_at_rate decimal(18, 2),
            amount decimal(38, 18), minor_unit_digits integer, total decimal(18, 2), parts integer
        )
    """)
    for number in range(CASES):
        con.execute(
            f"insert into money values ({', '.join('?' * 15)})",
            [number, *money_case(chance, is_extreme=number % 4 == 0)],
        )
    con.execute(f"copy money to '{file}' (format parquet)")


def money_case(chance: random.Random, *, is_extreme: bool) -> list[Any]:
    """One random line, product and amount within what staging lets through."""
    quantity = digits(chance, 12 if is_extreme else 3, 4)
    most = Decimal(10**15) / max(quantity, Decimal(1))
    price = (most if is_extreme else min(most, digits(chance, 5, 6))).quantize(Decimal("1e-6"))
    if price * max(quantity, Decimal(1)) > 10**15:
        price -= Decimal("1e-6")
    numerator, denominator = chance.choice(
        [
            (12 * chance.randint(1, 120), 365),
            (12 * chance.randint(1, 120), 52),
            (chance.choice([1, 3, 6, 12]) * chance.randint(1, 120), 1),
            (chance.randint(28, 31 * 120), chance.randint(28, 31)),
        ]
    )
    return [
        chance.choice([1, 1, -1]) * price,
        quantity,
        Decimal(chance.randint(-1_000_000, 1_000_000)).scaleb(-6),
        chance.choice([Decimal(0), Decimal("0.1"), Decimal("0.19"), digits(chance, 2, 4)]),
        chance.random() < 0.5,
        numerator,
        denominator,
        chance.choice([Decimal(0), digits(chance, 6, 4)]),
        digits(chance, 6, 4),
        digits(chance, 10 if is_extreme else 6, 2),
        chance.choice([1, -1]) * tie(chance),
        chance.choice([0, 2, 3]),
        chance.choice([1, -1]) * digits(chance, 14 if is_extreme else 5, 2),
        chance.randint(1, 36),
    ]


def digits(chance: random.Random, whole: int, places: int) -> Decimal:
    """A random positive number of up to `whole` digits before the point, small ones included."""
    top = 10 ** (chance.randint(0, whole) + places)
    return Decimal(chance.randint(1, top - 1 if top > 1 else 1)).scaleb(-places)


def tie(chance: random.Random) -> Decimal:
    """An amount on, just below or just above a tie of its minor unit."""
    nudge = chance.choice([Decimal(0), Decimal("1e-18"), Decimal("-1e-18"), Decimal("4e-12")])
    return Decimal(chance.randint(0, 10**9)) * Decimal("0.0005") + nudge


def money_query(engine: str, relation: str) -> str:
    sql = MacroSql(engine)
    monthly = sql("monthly_amount", "changes", "changes", kept_share="changes.kept_share")
    rounded = sql("round_to_minor_unit", "round(amount, 12)", "minor_unit_digits")
    hundredths = sql("exact_integer", "total", "100")
    share = sql(
        "decimal_from_units", sql("multiply_divide", hundredths, "10000000000000000", "parts")
    )
    return f"""
        select
            id, {monthly} as monthly, {sql("volume_effect")} as volume, {rounded} as rounded,
            {share} as share
        from {relation} as changes
    """


@pytest.mark.spark
@pytest.mark.parametrize("engine", ENGINES)
def test_money_is_exact(results: Results, engine: str) -> None:
    cases = results_cases(results, "money")
    found = results.values(engine, "money")
    assert len(found) == CASES
    wrong = [
        f"{name} of {case}: {row[name]!r} instead of {expected}"
        for case, row in zip(cases, found, strict=True)
        for name, expected in expected_money(case).items()
        if row[name] != expected
    ]
    assert not wrong, f"{len(wrong)} wrong on {engine}:\n" + "\n".join(wrong[:3])


def results_cases(results: Results, name: str) -> list[dict[str, Any]]:
    con = duckdb.connect()
    file = results.folder / "values" / f"{name}.parquet"
    rows = con.execute(f"select * from read_parquet('{file}') order by id")
    names = [column[0] for column in rows.description]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def expected_money(case: dict[str, Any]) -> dict[str, Decimal | None]:
    """What the four expressions mean, as fractions."""
    exact = {name: Fraction(value) for name, value in case.items()}
    tax = exact["tax_rate"] if case["is_tax_inclusive"] else Fraction(0)
    monthly = exact["unit_price"] * exact["quantity"] * exact["kept_share"] / (1 + tax)
    monthly *= exact["months_denominator"] / exact["months_numerator"]
    volume = None
    if case["opening_quantity"]:
        gained = exact["closing_quantity"] - exact["opening_quantity"]
        volume = half_away(exact["opening_at_rate"] * gained / exact["opening_quantity"], 12)
    return {
        "monthly": half_away(monthly, 18),
        "volume": volume,
        "rounded": half_away(
            Fraction(half_away(exact["amount"], 12)), int(case["minor_unit_digits"])
        ),
        "share": half_away(exact["total"] / exact["parts"], 18),
    }


def half_away(value: Fraction, places: int) -> Decimal:
    """The nearest decimal of so many places; a tie goes away from zero."""
    units = abs(value) * 10**places
    whole = int(units + Fraction(1, 2))
    sign = -1 if value < 0 else 1
    return Decimal(f"{sign * whole}e-{places}")


def write_day_cases(con: duckdb.DuckDBPyConnection, file: Path, chance: random.Random) -> None:
    con.execute("create table days (id integer, day date, months integer, moment timestamp)")
    first, noon = date(1900, 1, 1), datetime(1990, 1, 1)
    special = [date(2024, 1, 31), date(2024, 2, 29), date(2023, 2, 28), date(1583, 1, 1)]
    for number in range(CASES):
        day = special[number] if number < len(special) else first + timedelta(chance.randint(0, 99_999))
        moment = noon + timedelta(seconds=chance.randint(0, 45 * 365 * 86_400))
        con.execute(
            "insert into days values (?, ?, ?, ?)", [number, day, chance.randint(-500, 500), moment]
        )
    con.execute(f"copy days to '{file}' (format parquet)")


def days_query(engine: str, relation: str) -> str:
    sql = MacroSql(engine, {"fiscal_year_start_month": "4"})
    zones = ", ".join(
        f"{MacroSql(engine, {'business_timezone': zone})('business_date', 'moment')} as zone_{number}"
        for number, zone in enumerate(ZONES)
    )
    months = sql("month_series", sql("month_start", "day"), sql("add_months", sql("month_start", "day"), 14))
    return f"""
        select
            id, {sql("month_start", "day")} as month_start, {sql("month_end", "day")} as month_end,
            {sql("add_months", "day", "months")} as moved, {sql("add_days", "day", "months")} as shifted,
            {sql("days_between", "day", sql("add_months", "day", "months"))} as distance,
            {sql("whole_months", "day", sql("add_days", "day", "abs(months)"))} as whole_months,
            {sql("month_name", "day")} as month_name, {sql("fiscal_year", "day")} as fiscal_year,
            (select count(*) from ({months} from (select cast('2023-12-31' as date) as day) as one) as series)
                as months_listed,
            {zones}
        from {relation} as days
    """


@pytest.mark.spark
@pytest.mark.parametrize("engine", ENGINES)
def test_dates_mean_the_same(results: Results, engine: str) -> None:
    cases = results_cases(results, "days")
    found = results.values(engine, "days")
    wrong = [
        f"{name} of {case}: {row[name]!r} instead of {expected!r}"
        for case, row in zip(cases, found, strict=True)
        for name, expected in expected_days(case).items()
        if row[name] != expected
    ]
    assert not wrong, f"{len(wrong)} wrong on {engine}:\n" + "\n".join(wrong[:3])


def expected_days(case: dict[str, Any]) -> dict[str, Any]:
    day, months, moment = case["day"], case["months"], case["moment"].replace(tzinfo=UTC)
    moved = add_months(day, months)
    later = day + timedelta(abs(months))
    whole = (later.year - day.year) * 12 + later.month - day.month
    return {
        "month_start": day.replace(day=1),
        "month_end": add_months(day.replace(day=1), 1) - timedelta(1),
        "moved": moved,
        "shifted": day + timedelta(months),
        "distance": (moved - day).days,
        "whole_months": whole - (add_months(day, whole) > later),
        "month_name": f"{day:%Y-%m}",
        "fiscal_year": day.year - (day.month < 4),
        "months_listed": 15,
        **{
            f"zone_{number}": moment.astimezone(ZoneInfo(zone)).date()
            for number, zone in enumerate(ZONES)
        },
    }


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last one of that month."""
    number = day.year * 12 + day.month - 1 + months
    first = date(number // 12, number % 12 + 1, 1)
    following = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - timedelta(1)).day))


# --- the models ---


@pytest.mark.spark
@pytest.mark.parametrize("book", BOOKS)
def test_every_value_is_equal(results: Results, book: str) -> None:
    lines: list[str] = []
    with open_read_only(results.database(book)) as con:
        for relation in results.relations(book):
            folder = results.spark(book) / relation.schema / relation.name
            lines += differences(con, relation, folder)
    assert not lines, "\n".join(lines[:60])


@pytest.mark.spark
@pytest.mark.parametrize("book", BOOKS)
def test_the_books_have_something_to_differ_in(results: Results, book: str) -> None:
    with open_read_only(results.database(book)) as con:
        movements = {row[0] for row in con.execute("select movement from fct_mrr_movements").fetchall()}
        currencies = con.execute("select count(distinct currency) from staging.stg_contract_lines")
        refused = con.execute("select count(distinct reason) from dq_quarantine").fetchone()
        assert movements >= {"new", "expansion", "contraction", "churn", "reactivation", "flat"}
        assert (currencies.fetchone() or (0,))[0] >= 3
        assert refused is not None and refused[0] >= 5
        for mart in ("kpi_nrr", "kpi_mrr_bridge", "fct_mrr_drivers", "fct_nonrecurring_revenue"):
            assert con.execute(f"select count(*) from {mart}").fetchone() != (0,), mart


# --- what needs no Spark ---


@pytest.fixture
def small_database(tmp_path: Path) -> Iterator[Path]:
    database = tmp_path / "build.duckdb"
    with duckdb.connect(str(database)) as con:
        con.execute("create schema raw")
        con.execute("create table raw.accounts as select 'A' as account_id, date '0001-01-01' as day")
        con.execute("create view raw.usage_events as select 1 as event_id where false")
    yield database


def test_export_writes_every_raw_relation_and_the_settings(small_database: Path, tmp_path: Path) -> None:
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
    rows = duckdb.sql(f"select * from read_parquet('{target}/accounts.parquet')").fetchall()
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
    paths = [value for name, value in variables.items() if name != "SPARK_LOCAL_IP"]
    assert paths
    assert all(value.startswith(str(tmp_path)) for value in paths)


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
            "select * replace (cast(if(id = 1, 2.51, amount) as decimal(18, 2)) as amount) from rows_here",
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
