"""What the README says of the raw contract and the marts is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from expansion_warehouse.raw.contract import read_contract
from expansion_warehouse.sample.tables import TABLES
from expansion_warehouse.settings import Settings

ROOT = Path(__file__).parents[2]
CONTRACT = read_contract(ROOT)
REQUIRED = sum(table.required for table in CONTRACT)
MARTS = sorted(path.stem for path in (ROOT / "models" / "marts").rglob("*.sql"))
WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def read(name: str) -> str:
    """The text of a page."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_both_readmes_count_the_required_tables() -> None:
    assert f"{WORDS[REQUIRED - 1]} tables are required" in read("README.md")
    assert f"必須は {REQUIRED} 表" in read("README.ja.md")


def test_the_page_about_own_data_names_the_required_tables() -> None:
    names = ", ".join(f"`{table.name}`" for table in CONTRACT if table.required)
    said = f"{WORDS[REQUIRED - 1].capitalize()} tables are required: {names}."
    assert said in read("docs/your-data.md")


def test_what_the_page_about_own_data_tells_to_write_can_be_written() -> None:
    """Of the table from words to columns: tables, columns, their values, and settings alone."""
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", said_about_own_data(), re.MULTILINE)
    told = {word for _, right in rows for word in re.findall(r"`(\w+)`", right)}
    assert len(told) > 40
    assert told - set(Settings.model_fields) - contract_words() == set()


def said_about_own_data() -> str:
    """The section with the table."""
    page = read("docs/your-data.md")
    return page.partition("## How your system says it")[2].partition("\n## ")[0]


def contract_words() -> set[str]:
    """Names of tables and columns, and the values that columns may have."""
    columns = [column for table in CONTRACT for column in table.columns]
    named = {table.name for table in CONTRACT} | {column.name for column in columns}
    units = {"cancelled", "flat"}  # a value of a setting, and one of the words for a unit
    return named | units | {value for column in columns for value in column.values}


def test_the_sample_has_every_raw_table() -> None:
    # The sample has the events themselves, nobody in it plans, and columns of accounts say enough.
    assert sorted([*TABLES, "usage_daily", "budgets", "account_attributes"]) == sorted(
        table.name for table in CONTRACT
    )


@pytest.mark.parametrize("mart", MARTS)
def test_the_readme_names_every_mart(mart: str) -> None:
    assert f"`{mart}`" in read("README.md"), f"README.md does not name {mart}"
