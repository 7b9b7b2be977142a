"""The recipes for unloading: their columns are the contract's, and what they write is read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from builds import PROJECT
from expansion_warehouse.engine.sql import literal
from expansion_warehouse.importers.files import FileOptions, find_files, open_files
from expansion_warehouse.raw.contract import read_contract
from expansion_warehouse.raw.folder import inspect_raw_folder
from test_raw_reading import read, register

PAGE = (PROJECT / "docs" / "unloading.md").read_text(encoding="utf-8")
CONTRACT = read_contract(PROJECT)
LINES = next(table for table in CONTRACT if table.name == "contract_lines")
SECTIONS = {text.partition("\n")[0]: text for text in PAGE.split("\n## ")[1:]}
SQL = ["Snowflake", "BigQuery", "Redshift", "Postgres"]

ROWS = """
    select 'L1' as contract_line_id, 'A1' as account_id, 'P1' as product_id,
        'recurring' as charge_type, cast(2 as decimal(22, 6)) as quantity,
        cast(0.125 as decimal(28, 12)) as unit_price, 'month' as billing_unit, 'USD' as currency,
        date '2025-01-01' as starts_on
"""
OTHERS = {
    "accounts": "select 'A1' as account_id",
    "products": "select 'P1' as product_id",
    "plans": "select 'B' as plan_id, 'P1' as product_id, 1 as tier_rank",
}


def selected(recipe: str) -> list[str]:
    """The names of the columns of a recipe's select."""
    text = re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\([^()]*\)[^()]*\)", "", recipe))
    columns = re.findall(r"select\s(.+?)\sfrom\s", text, flags=re.DOTALL)[-1].split(",")
    return [column.split()[-1] for column in columns]


def recipe_of(section: str) -> str:
    block = re.findall(r"```sql\n(.+?)```", SECTIONS[section], flags=re.DOTALL)[0]
    return str(block[block.index("select") :].removesuffix("\n"))


@pytest.mark.parametrize("section", SQL)
def test_a_recipe_writes_columns_of_the_contract(section: str) -> None:
    columns = selected(recipe_of(section))
    known = {column.name for column in LINES.columns}
    assert [name for name in columns if name not in known] == []
    assert len(set(columns)) == len(columns) > 10
    assert {column.name for column in LINES.columns if column.required} <= set(columns)


def test_every_recipe_is_looked_at() -> None:
    assert [name for name in SECTIONS if "```sql" in SECTIONS[name]] == SQL
    with pytest.raises(AssertionError):
        assert "moon" in selected("select (a, b) as moons, c from x")


def folder_of(raw: Path, files: Iterable[tuple[str, str]]) -> Path:
    """A raw folder of the smallest tables, and these files of Parquet."""
    given = [(f"{name}.parquet", select) for name, select in OTHERS.items()]
    with duckdb.connect() as con:
        for name, select in (*given, *files):
            path = raw / name
            path.parent.mkdir(parents=True, exist_ok=True)
            con.execute(f"copy ({select}) to {literal(path)} (format parquet)")
    return raw


# As the services name their files.
LAYOUTS = {
    "Snowflake": ["contract_lines/data_0_0_0.snappy.parquet", "contract_lines/data_0_1_0.parquet"],
    "BigQuery": [f"contract_lines/00000000000{n}.parquet" for n in range(2)],
    "Redshift": [f"contract_lines/000{n}_part_00.parquet" for n in range(2)],
    "S3": [f"contract_lines/dt=2025-01-0{n + 1}/part-0.parquet" for n in range(2)],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_a_recipe_writes_is_read_as_a_raw_folder_and_by_an_import(
    tmp_path: Path, layout: str
) -> None:
    selects = [ROWS, ROWS.replace("'L1'", "'L2'")]
    if layout == "Snowflake":
        selects = [select.replace("as starts_on", "as STARTS_ON") for select in selects]
    if layout == "BigQuery":
        selects = [s.replace("cast(0.125 as decimal(28, 12))", "'0.125'") for s in selects]
    raw = folder_of(tmp_path / "raw", zip(LAYOUTS[layout], selects, strict=True))
    found = inspect_raw_folder(raw, CONTRACT)
    assert found.unknown_columns == {}
    assert len(found.files["contract_lines"]) == 2
    with duckdb.connect() as con:
        files = find_files(raw, ("contract_lines",))
        open_files(con, "lines", files, FileOptions(), tmp_path)
        rows = con.execute(
            "select contract_line_id, cast(unit_price as decimal(28, 12)), starts_on "
            "from lines order by all"
        ).fetchall()
    price = Decimal("0.125000000000")
    assert rows == [("L1", price, date(2025, 1, 1)), ("L2", price, date(2025, 1, 1))]


def test_a_folder_may_hold_a_column_of_the_contract(tmp_path: Path) -> None:
    """As Redshift writes it with `partition by`."""
    meter = "select 'A1' as account_id, 'storage' as meter, cast(7 as decimal(22, 6)) as used"
    name = "usage_meters/measured_on=2026-06-01/0000_part_00.parquet"
    raw = folder_of(tmp_path / "raw", [("contract_lines.parquet", ROWS), (name, meter)])
    found = inspect_raw_folder(raw, CONTRACT)
    assert found.unknown_columns == {}
    with duckdb.connect() as con:
        opened = open_files(
            con, "meters", find_files(raw, ("usage_meters",)), FileOptions(), tmp_path
        )
        assert opened.columns == ("account_id", "meter", "used", "measured_on")
        assert con.execute("select measured_on from meters").fetchall() == [("2026-06-01",)]


def test_the_build_reads_such_folders(tmp_path: Path) -> None:
    meter = "select 'A1' as account_id, 'storage' as meter, cast(7 as decimal(22, 6)) as used"
    shouted = ROWS.replace("as starts_on", "as STARTS_ON").replace("'L1'", "'L2'")
    raw = folder_of(
        tmp_path / "raw",
        [
            ("contract_lines/dt=1/data_0_0_0.snappy.parquet", ROWS),
            ("contract_lines/dt=2/data_0_0_0.snappy.parquet", shouted),
            ("usage_meters/measured_on=2026-06-01/0000_part_00.parquet", meter),
        ],
    )
    said = register(raw, tmp_path / "home", reporting_currency="USD")
    assert said.success, said.text
    lines = "select contract_line_id, unit_price, starts_on from raw.contract_lines order by 1"
    found = read(tmp_path / "home", lines)
    assert [(str(row[0]), Decimal(row[1]), str(row[2])) for row in found] == [
        ("L1", Decimal("0.125"), "2025-01-01"),
        ("L2", Decimal("0.125"), "2025-01-01"),
    ]
    meters = read(tmp_path / "home", "select cast(measured_on as varchar) from raw.usage_meters")
    assert meters == [("2026-06-01",)]
