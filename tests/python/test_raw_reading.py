"""How raw extracts are read: strict casting, normalisation, formats, and what is refused."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from builds import Company, Said, try_dbt
from expansion_warehouse.functions import register_functions

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
    """Rows of the private database, with the functions that its views need."""
    with duckdb.connect(str(home / "build.duckdb"), read_only=True) as connection:
        register_functions(connection)
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
tokens,A1,P1,usage,900000000,0.00000015,month,USD,2025-04-01,
third,A1,P1,recurring,1,33.333333333333336,month,USD,2025-04-01,
thirds,A1,P1,recurring,1000000.0000005,33.333333333333336,month,USD,2025-04-01,
tiny,A1,P1,usage,1,2.5E-12,month,USD,2025-04-01,
endless,A1,P1,recurring,12345678901234567,5,year,JPY,2025-04-01,
fortune,A1,P1,recurring,1,1e16,year,JPY,2025-04-01,
fortnight,A1,P1,recurring,1,,fortnight,JPY,2025-04-01,
midnight,A1,P1,recurring,1,5,year,JPY,2025/4/1 0:00,
midnight_am,A1,P1,recurring,1,5,year,JPY,2025-04-01 12:00:00 AM,
utc_evening,A1,P1,recurring,1,5,year,JPY,2025-03-31 15:00,
utc_afternoon,A1,P1,recurring,1,5,year,JPY,2025-03-31 14:59:59.9,
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
        ("plain", "unit_price", Decimal("1200000")),
        ("full_width", "unit_price", Decimal("1200000")),
        ("full_width", "quantity", Decimal("10")),
        ("full_width", "account_id", "A1"),
        ("full_width", "product_id", "P1"),
        ("full_width", "_matched_ids", "product_id: p1 -> P1"),
        ("plain", "_matched_ids", None),
        ("full_width", "currency", "JPY"),
        ("full_width", "charge_type", "recurring"),
        ("full_width", "starts_on", date(2025, 4, 1)),
        ("full_width", "is_trial", True),
        ("dollars", "unit_price", Decimal("1200.50")),
        ("dollars", "quantity", Decimal("1.5")),
        ("dollars", "starts_on", date(2025, 4, 1)),
        ("dollars", "is_trial", False),
        ("zoned", "starts_on", date(2025, 4, 1)),
        ("offset", "starts_on", date(2025, 4, 1)),
        ("scientific", "unit_price", Decimal("1000")),
        ("tokens", "unit_price", Decimal("0.00000015")),
        ("tokens", "quantity", Decimal("900000000")),
        ("tokens", "_rounded_columns", None),
        ("third", "unit_price", Decimal("33.333333333333")),
        ("third", "_rounded_columns", "unit_price"),
        ("third", "round(_rounded_by * 1e15)", 336.0),
        ("thirds", "quantity", Decimal("1000000.000001")),
        ("thirds", "_rounded_columns", "quantity, unit_price"),
        ("thirds", "round(_rounded_by * 1e6)", 17.0),
        ("tiny", "unit_price", Decimal("2.5E-12").quantize(Decimal("1e-12"), "ROUND_HALF_UP")),
        ("tiny", "_rounded_columns", "unit_price"),
        ("midnight", "starts_on", date(2025, 4, 1)),
        ("midnight_am", "starts_on", date(2025, 4, 1)),
        ("utc_evening", "starts_on", date(2025, 4, 1)),
        ("utc_afternoon", "starts_on", date(2025, 3, 31)),
        ("plain", "_reject_reason", None),
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
        ("wrong_mark", "bad_number", "unit_price"),
        ("european", "bad_number", "unit_price"),
        ("words", "bad_number", "unit_price"),
        ("empty_price", "null_amount", "unit_price"),
        ("no_customer", "null_customer", "account_id"),
        ("bad_day", "bad_date", "starts_on"),
        ("bad_unit", "bad_value", "billing_unit"),
        ("bad_flag", "bad_boolean", "is_trial"),
        ("endless", "number_out_of_range", "quantity"),
        ("fortune", "amount_out_of_range", "unit_price"),
        ("fortnight", "bad_value", "billing_unit"),
    ],
)
def test_what_does_not_parse_says_why(home: Path, line: str, reason: str, column: str) -> None:
    rows = read(
        home,
        "select _reject_reason, _reject_column from raw.contract_lines "
        f"where contract_line_id = '{line}'",
    )
    assert rows == [(reason, column)]


PRICED_OTHERWISE = """\
contract_line_id,account_id,product_id,charge_type,unit_price,amount,discount_rate,billing_unit,currency,starts_on
use,A1,P1,usage,,58800,,month,JPY,2025-04-01
once,A1,P1,one_time,,24000,,month,JPY,2025-04-01
rate,A1,P1,discount,,,0.1,month,JPY,2025-04-01
use_of_nothing,A1,P1,usage,,,,month,JPY,2025-04-01
no_rate,A1,P1,discount,,5,,month,JPY,2025-04-01
recurring,A1,P1,recurring,,5,0.1,month,JPY,2025-04-01
late,A1,P1,usage,,5,,month,JPY,2025-04-31
"""


def test_what_needs_no_price_is_not_rejected_for_having_none(tmp_path: Path) -> None:
    """The raw gate counts what is rejected here, so a row that the build takes must not be."""
    raw = write_folder(tmp_path / "raw", contract_lines=PRICED_OTHERWISE)
    assert register(raw, tmp_path / "home", as_of_date="2025-06-30").success
    query = "select contract_line_id, _reject_reason, _reject_column from raw.contract_lines"
    assert sorted(read(tmp_path / "home", query)) == [
        ("late", "bad_date", "starts_on"),
        ("no_rate", "null_amount", "unit_price"),
        ("once", None, None),
        ("rate", None, None),
        ("recurring", "null_amount", "unit_price"),
        ("use", None, None),
        ("use_of_nothing", "null_amount", "unit_price"),
    ]


MOMENTS = """\
contract_line_id,account_id,product_id,charge_type,unit_price,billing_unit,currency,starts_on,recorded_at
date,A1,P1,recurring,1,year,JPY,2025-07-01,2025-07-01
midnight,A1,P1,recurring,1,year,JPY,2025/7/1 0:00,2025/7/1 0:00
clock,A1,P1,recurring,1,year,JPY,2025-07-01 06:30,2025-07-01 06:30
late,A1,P1,recurring,1,year,JPY,2025-07-01 23:30,2025-07-01 23:30
next_midnight,A1,P1,recurring,1,year,JPY,2025-06-30 24:00,2025-06-30 24:00
zulu,A1,P1,recurring,1,year,JPY,2025-07-01T00:00:00Z,2025-07-01T00:00:00Z
offset,A1,P1,recurring,1,year,JPY,2025-06-30T22:00-07:00,2025-06-30T22:00-07:00
named,A1,P1,recurring,1,year,JPY,2025-07-01 06:30 Europe/Berlin,2025-07-01 06:30 Europe/Berlin
"""


def test_moments_without_an_offset_are_by_the_clocks_of_the_source(tmp_path: Path) -> None:
    """A source in Tokyo, a company in New York: 13 hours apart in July."""
    raw = write_folder(tmp_path / "raw", contract_lines=MOMENTS)
    zones = {"business_timezone": "America/New_York", "source_timezone": "Asia/Tokyo"}
    done = register(raw, tmp_path / "home", as_of_date="2025-08-31", **zones)
    assert done.success, done.text
    query = "select contract_line_id, starts_on, recorded_at from raw.contract_lines"
    first, june = date(2025, 7, 1), date(2025, 6, 30)
    assert {row[0]: row[1:] for row in read(tmp_path / "home", query)} == {
        "date": (first, datetime(2025, 7, 1, 4)),
        "midnight": (first, datetime(2025, 7, 1, 4)),
        "clock": (june, datetime(2025, 6, 30, 21, 30)),
        "late": (first, datetime(2025, 7, 1, 14, 30)),
        "next_midnight": (first, datetime(2025, 7, 1, 4)),
        "zulu": (june, datetime(2025, 7, 1)),
        "offset": (first, datetime(2025, 7, 1, 5)),
        "named": (first, datetime(2025, 7, 1, 4, 30)),
    }


ACCOUNTS_BY_CASE = """\
account_id,parent_account_id,recorded_at
a1Q,,
A1q,,
Solo,,
solo_child,SOLO,
orphan_child,A1Q,
later,,2025-06-30
LATER,,2025-07-01
"""
LINES_BY_CASE = """\
contract_line_id,account_id,product_id,charge_type,unit_price,billing_unit,currency,starts_on,replaces_line_id,end_customer_account_id
L1,a1Q,P1,recurring,500,month,JPY,2025-04-01,,
l1,A1q,P1,recurring,350,month,JPY,2025-04-01,l1,
L2,a1q,P1,recurring,1,month,JPY,2025-04-01,,
L3,ＳＯＬＯ ,p1,recurring,1,month,JPY,2025-04-01,l2,
L4,Solo,P1,recurring,1,month,JPY,2025-04-01,L1,
L5,nobody,P9,recurring,1,month,JPY,2025-04-01,L99,
L6,Solo,P1,recurring,1,month,JPY,2025-04-01,,A1Q
L7,Later,P1,recurring,1,month,JPY,2025-04-01,,
L8,a1q,P1,recurring,,month,JPY,2025-04-01,,
L8,a1q,P1,discount,,month,JPY,2025-04-01,,
L9,solo,P1,recurring,7,month,JPY,2025-04-01,,
L9,Solo,P1,recurring,7,month,JPY,2025-04-01,,
"""
EVENTS_BY_CASE = """\
event_id,account_id,occurred_at,kind
e1,a1Q,2025-06-01,site_visit
e2,SOLO,2025-06-01,site_visit
e3,A1Q,2025-06-01,site_visit
"""
USE_BY_CASE = "event_id,account_id,occurred_at,feature_key\nu1,SOLO,2025-06-01,login\n"


def test_an_id_means_the_one_that_it_equals_else_the_only_one_that_differs_by_case(
    tmp_path: Path,
) -> None:
    """Ids of one table that differ by case are two things; what is not known yet means nothing."""
    raw = write_folder(
        tmp_path / "raw",
        accounts=ACCOUNTS_BY_CASE,
        contract_lines=LINES_BY_CASE,
        engagement_events=EVENTS_BY_CASE,
        usage_events=USE_BY_CASE,
    )
    home = tmp_path / "home"
    assert register(raw, home, as_of_date="2025-06-30").success
    assert read(
        home,
        "select account_id, parent_account_id, _reject_reason, _reject_column from raw.accounts",
    ) == [
        ("a1Q", None, None, None),
        ("A1q", None, None, None),
        ("Solo", None, None, None),
        ("solo_child", "Solo", None, None),
        ("orphan_child", "A1Q", "ambiguous_id", "parent_account_id"),
        ("later", None, None, None),
        ("LATER", None, None, None),
    ]
    lines = read(
        home,
        "select contract_line_id, account_id, product_id, replaces_line_id, _matched_ids, "
        "_reject_reason, _reject_column from raw.contract_lines",
    )
    twice = ("L9", "Solo", "P1", None)
    assert sorted(lines, key=str) == sorted(
        [
            ("L1", "a1Q", "P1", None, None, None, None),
            ("L2", "a1q", "P1", None, None, "ambiguous_id", "account_id"),
            ("L3", "Solo", "P1", "L2", LISTED, None, None),
            ("L4", "Solo", "P1", "L1", None, None, None),
            ("L5", "nobody", "P9", "L99", None, None, None),
            ("L6", "Solo", "P1", None, None, "ambiguous_id", "end_customer_account_id"),
            ("L7", "later", "P1", None, "account_id: Later -> later", None, None),
            ("L8", "a1q", "P1", None, None, "ambiguous_id", "account_id"),
            ("L8", "a1q", "P1", None, None, "ambiguous_id", "account_id"),
            (*twice, "account_id: solo -> Solo", None, None),
            (*twice, None, None, None),
            ("l1", "A1q", "P1", "l1", None, None, None),
        ],
        key=str,
    )
    copies = (
        "select count(distinct _row_hash) from raw.contract_lines where contract_line_id = 'L9'"
    )
    assert read(home, copies) == [(1,)]
    assert read(
        home, "select event_id, account_id, _matched_ids, _reject_reason from raw.engagement_events"
    ) == [
        ("e1", "a1Q", None, None),
        ("e2", "Solo", "account_id: SOLO -> Solo", None),
        ("e3", "A1Q", None, "ambiguous_id"),
    ]
    # What is kept of usage days depends on no other table.
    assert read(home, "select account_id, _matched_ids from raw.usage_events") == [("SOLO", None)]


LISTED = "account_id: SOLO -> Solo, product_id: p1 -> P1, replaces_line_id: l2 -> L2"


COPIES = """\
account_id,account_name,industry,employee_count,do_not_contact,parent_account_id,created_on,recorded_at
gaps,Gaps,,12,,,2025-01-01,2025-02-01
gaps,Gaps,Retail,,true,,,2025-02-01
gaps,,Retail,,,,2025-01-01,2025-02-01
later,Later,,,,,,2025-02-01
later,Later,Retail,,,,,2025-03-01
split,Split,Retail,5,false,,,
split,Split,Trade,5,true,,,
money,Money,Retail,,,,2025-01-01,
money,Money,,,,,2025-01-02,
group,Group,Retail,,,P1,,
group,Group,,,,P2,,
half_read,Half,,,,,2025-01-01,
half_read,,Retail,,,,soon,
"""


def test_copies_complete_each_other_and_what_they_describe_differently_is_unknown(
    tmp_path: Path,
) -> None:
    raw = write_folder(tmp_path / "raw", accounts=COPIES)
    done = register(raw, tmp_path / "home", as_of_date="2025-06-30")
    assert done.success, done.text
    query = (
        "select account_id, account_name, industry, employee_count, do_not_contact, created_on, "
        "_unsettled_columns, count(*), count(distinct _row_hash), min(_reject_reason) "
        "from raw.accounts group by all order by all"
    )
    first, second = date(2025, 1, 1), date(2025, 1, 2)
    assert read(tmp_path / "home", query) == [
        ("gaps", "Gaps", "Retail", 12, True, first, None, 3, 1, None),
        ("group", "Group", "Retail", None, None, None, None, 1, 1, None),
        ("group", "Group", None, None, None, None, None, 1, 1, None),
        ("half_read", "Half", None, None, None, first, None, 1, 1, None),
        ("half_read", None, "Retail", None, None, None, None, 1, 1, "bad_date"),
        ("later", "Later", "Retail", None, None, None, None, 1, 1, None),
        ("later", "Later", None, None, None, None, None, 1, 1, None),
        ("money", "Money", "Retail", None, None, first, None, 1, 1, None),
        ("money", "Money", None, None, None, second, None, 1, 1, None),
        ("split", "Split", None, 5, True, None, "industry", 2, 1, None),
    ]


def test_a_copy_may_fill_what_the_contract_requires(tmp_path: Path) -> None:
    lines = (
        "contract_line_id,account_id,product_id,charge_type,quantity,unit_price,billing_unit,"
        "currency,starts_on\n"
        "C1,A1,P1,recurring,,100,month,,2025-04-01\n"
        "C1,A1,P1,recurring,5,,month,JPY,2025-04-01\n"
        "C2,A1,P1,recurring,,100,month,,2025-04-01\n"
    )
    raw = write_folder(tmp_path / "raw", contract_lines=lines)
    assert register(raw, tmp_path / "home", as_of_date="2025-06-30").success
    query = (
        "select contract_line_id, quantity, unit_price, currency, _reject_reason, count(*) "
        "from raw.contract_lines group by all order by all"
    )
    assert read(tmp_path / "home", query) == [
        ("C1", Decimal("5"), Decimal("100"), "JPY", None, 2),
        ("C2", None, Decimal("100"), None, "null_currency", 1),
    ]


def test_binary_floats_and_typed_moments_mean_what_their_text_says(tmp_path: Path) -> None:
    raw = write_folder(tmp_path / "raw")
    (raw / "contract_lines.csv").unlink()
    with duckdb.connect() as connection:
        connection.sql(
            "select 'c' || n as contract_line_id, 'a1' as account_id, 'p1' as product_id, "
            "'recurring' as charge_type, "
            "([1234567.89::double, 0.1::double, 'nan'::double])[n] as unit_price, "
            "'month' as billing_unit, 'USD' as currency, date '2025-04-01' as starts_on, "
            "timestamp '2025-04-01 06:30:00' + interval (n - 1) minute as recorded_at "
            "from range(1, 4) as numbers (n)"
        ).write_parquet(str(raw / "contract_lines.parquet"))
    done = register(raw, tmp_path / "home", as_of_date="2025-06-30", source_timezone="Asia/Tokyo")
    assert done.success, done.text
    query = (
        "select unit_price, _rounded_columns, recorded_at, _reject_reason "
        "from raw.contract_lines order by contract_line_id"
    )
    assert read(tmp_path / "home", query) == [
        (Decimal("1234567.89"), None, datetime(2025, 3, 31, 21, 30), None),
        (Decimal("0.1"), None, datetime(2025, 3, 31, 21, 31), None),
        (None, None, datetime(2025, 3, 31, 21, 32), "bad_number"),
    ]


def test_rejected_row_is_kept_as_it_came(home: Path) -> None:
    rows = read(
        home,
        "select _row_json ->> 'unit_price', _row_json ->> 'account_id', _source_file "
        "from raw.contract_lines where contract_line_id = 'full_width'",
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
            "select 'C1' as contract_line_id, 'A1' as account_id, 'P1' as product_id, "
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
        ("e1", datetime(2025, 4, 1, 12), None),
        ("e2", datetime(2025, 4, 2, 12), None),
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
