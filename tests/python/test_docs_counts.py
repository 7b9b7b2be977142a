"""What the README says of the raw contract and the marts is so."""

from __future__ import annotations

from pathlib import Path

import pytest

from expansion_warehouse.raw.contract import read_contract
from expansion_warehouse.sample.tables import TABLES

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


def test_the_sample_has_every_raw_table() -> None:
    assert sorted(TABLES) == sorted(table.name for table in CONTRACT)


@pytest.mark.parametrize("mart", MARTS)
def test_the_readme_names_every_mart(mart: str) -> None:
    assert f"`{mart}`" in read("README.md"), f"README.md does not name {mart}"
