"""How raw extracts are read: strict casting, normalisation, formats, and what is refused."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import Company, Said, try_dbt

CATALOGUE = {
    "accounts": "account_id,account_name\nA1,One\n",
    "products": "product_id\nP1\n",
    "plans": "plan_id,product_id,tier_rank\nL1,P1,1\n",
    "contract_lines": (
        "contract_line_id,account_id,product_id,charge_type,unit_price,billing_unit,currency,starts_on\n"
        "C1,A1,P1,recurring,100,month,JPY,2025-04-01\n"
    ),
}


def write_folder(folder: Path, **tables: str) -> Path:
    """A raw folder of CSV files: the smallest valid one, with the given tables instead."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**CATALOGUE, **tables}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def register(raw: Path, home: Path, **settings: str) -> Said:
    """Register a raw folder the way every dbt command does."""
    if settings:
        text = "".join(f"{name}: {value}\n" for name, value in settings.items())
        (raw / "settings.yml").write_text(text, encoding="utf-8")
    return try_dbt(Company(raw, home), home, "run-operation", "register_raw_folder")


def read(home: Path, query: str) -> list[tuple[Any, ...]]:
    """Rows of the private database, with the function that its views need."""
    with duckdb.connect(str(home / "build.duckdb"), read_only=True) as connection:
        connection.create_function(
            "nfkc", lambda text: unicodedata.normalize("NFKC", text), ["VARCHAR"], "VARCHAR"
        )
        return connection.sql(query).fetchall()


LINES = """\
contract_line_id,account_id,product_id,charge_type,quantity,unit_price,billing_unit,currency,starts_on,is_trial
plain,A1,P1,recurring,1,1200000,year,JPY,2025-04-01,
full_width,Ａ１ ,p1,Recurring,１０,"１,２００,０００円",year,jpy,2025-04-01T00:00:00,true
dollars,A1,P1,recurring,1.5,"US$1,200.50",year,USD,2025/4/1,no
wrong_mark,A1,P1,recurring,1,$100,year,JPY,2025-04-01,
european,A1,P1,recurring,1,"1.200,50",year,EUR,2025-04-01,
words,A1,P1,recurring,1,a lot,year,JPY,2025-04-01,
empty_price,A1,P1,recurring,1,,year,JPY,2025-04-01,
no_customer, ,P1,recurring,1,5,year,JPY,2025-04-01,
bad_day,A1,P1,recurring,1,5,year,JPY,2025/02/30,
zoned,A1,P1,recurring,1,5,year,JPY,2025-03-31T15:30Z,
offset,A1,P1,recurring,1,5,year,JPY,2025-04-01T00:30+09:00,
bad_unit,A1,P1,recurring,1,5,fortnight,JPY,2025-04-01,
bad_flag,A1,P1,recurring,1,5,year,JPY,2025-04-01,perhaps
scientific,A1,P1,recurring,1,1e3,year,JPY,2025-04-01,
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw_reading")
    raw = write_folder(folder / "raw", contract_lines=LINES)
    done = register(raw, folder / "home", business_timezone="Asia/Tokyo", as_of_date="2025-06-30")
    assert done.success, done.text
    return folder / "home"


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        ("PLAIN", "unit_price", Decimal("1200000")),
        ("FULL_WIDTH", "unit_price", Decimal("1200000")),
        ("FULL_WIDTH", "quantity", Decimal("10")),
        ("FULL_WIDTH", "account_id", "A1"),
        ("FULL_WIDTH", "product_id", "P1"),
        ("FULL_WIDTH", "currency", "JPY"),
        ("FULL_WIDTH", "charge_type", "recurring"),
        ("FULL_WIDTH", "starts_on", date(2025, 4, 1)),
        ("FULL_WIDTH", "is_trial", True),
        ("DOLLARS", "unit_price", Decimal("1200.50")),
        ("DOLLARS", "quantity", Decimal("1.5")),
        ("DOLLARS", "starts_on", date(2025, 4, 1)),
        ("DOLLARS", "is_trial", False),
        ("ZONED", "starts_on", date(2025, 4, 1)),
        ("OFFSET", "starts_on", date(2025, 4, 1)),
        ("SCIENTIFIC", "unit_price", Decimal("1000")),
        ("PLAIN", "_reject_reason", None),
    ],
)
def test_values_are_read_and_normalised(
    home: Path, line: str, column: str, expected: object
) -> None:
    rows = read(home, f"select {column} from raw.contract_lines where contract_line_id = '{line}'")
    assert rows == [(expected,)]


@pytest.mark.parametrize(
    ("line", "reason", "column"),
    [
        ("WRONG_MARK", "bad_number", "unit_price"),
        ("EUROPEAN", "bad_number", "unit_price"),
        ("WORDS", "bad_number", "unit_price"),
        ("EMPTY_PRICE", "null_amount", "unit_price"),
        ("NO_CUSTOMER", "null_customer", "account_id"),
        ("BAD_DAY", "bad_date", "starts_on"),
        ("BAD_UNIT", "bad_value", "billing_unit"),
        ("BAD_FLAG", "bad_boolean", "is_trial"),
    ],
)
def test_what_does_not_parse_says_why(home: Path, line: str, reason: str, column: str) -> None:
    rows = read(
        home,
        "select _reject_reason, _reject_column from raw.contract_lines "
        f"where contract_line_id = '{line}'",
    )
    assert rows == [(reason, column)]


def test_rejected_row_is_kept_as_it_came(home: Path) -> None:
    rows = read(
        home,
        "select _row_json ->> 'unit_price', _row_json ->> 'account_id', _source_file "
        "from raw.contract_lines where contract_line_id = 'FULL_WIDTH'",
    )
    assert rows == [("１,２００,０００円", "Ａ１ ", "contract_lines.csv")]


def test_absent_optional_table_is_typed_and_empty(home: Path) -> None:
    rows = read(
        home,
        "select column_name, data_type from information_schema.columns "
        "where table_schema = 'raw' and table_name = 'invoices' "
        "and column_name in ('amount', 'paid_on', '_reject_reason') order by column_name",
    )
    assert rows == [
        ("_reject_reason", "VARCHAR"),
        ("amount", "DECIMAL(22,6)"),
        ("paid_on", "DATE"),
    ]
    assert read(home, "select count(*) from raw.invoices") == [(0,)]


def test_parquet_and_csv_hold_the_same_rows(tmp_path: Path) -> None:
    raw = write_folder(tmp_path / "csv")
    typed = write_folder(tmp_path / "parquet")
    (typed / "contract_lines.csv").unlink()
    with duckdb.connect() as connection:
        connection.sql(
            "select 'c1' as contract_line_id, 'a1' as account_id, 'p1' as product_id, "
            "'recurring' as charge_type, 100 as unit_price, 'month' as billing_unit, "
            "'JPY' as currency, date '2025-04-01' as starts_on"
        ).write_parquet(str(typed / "contract_lines.parquet"))
    for folder in (raw, typed):
        done = register(folder, tmp_path / f"home_{folder.name}", as_of_date="2025-06-30")
        assert done.success, done.text
    query = "select * exclude (_source_file, _row_json) from raw.contract_lines"
    assert read(tmp_path / "home_csv", query) == read(tmp_path / "home_parquet", query)


def test_partitioned_folder_is_read(tmp_path: Path) -> None:
    raw = write_folder(tmp_path / "raw")
    with duckdb.connect() as connection:
        for day in (1, 2):
            part = raw / "usage_events" / f"event_date=2025-04-0{day}"
            part.mkdir(parents=True)
            connection.sql(
                f"select 'e{day}' as event_id, 'a1' as account_id, 'login' as feature_key, "
                f"timestamp '2025-04-0{day} 12:00:00' as occurred_at"
            ).write_parquet(str(part / "data.parquet"))
    assert register(raw, tmp_path / "home", as_of_date="2025-06-30").success
    query = "select event_id, occurred_at, quantity from raw.usage_events order by event_id"
    assert read(tmp_path / "home", query) == [
        ("E1", datetime(2025, 4, 1, 12), None),
        ("E2", datetime(2025, 4, 2, 12), None),
    ]


def test_missing_table_and_column_are_named(tmp_path: Path) -> None:
    without_table = write_folder(tmp_path / "table")
    (without_table / "plans.csv").unlink()
    done = register(without_table, tmp_path / "home")
    assert not done.success
    assert "required table 'plans' is missing" in done.text

    without_column = write_folder(tmp_path / "column", plans="plan_id,product_id\nL1,P1\n")
    done = register(without_column, tmp_path / "home")
    assert not done.success
    assert "required column 'tier_rank' is missing from table 'plans'" in done.text
