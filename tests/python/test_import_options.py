"""Options of an import: each is of a kind, a wrong word is refused and a YAML `no` is a no."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
import yaml

from expansion_warehouse.errors import BadInput
from expansion_warehouse.importers.company import import_all
from expansion_warehouse.importers.options import Option, read_options
from expansion_warehouse.importers.system import list_systems, read_system

SYSTEM = """
title: Shop
options:
  lines: {default: yes, values: [yes, no], meaning: whether lines come}
  owner_field: {kind: field, default: null, meaning: column with the owner}
sources:
  - {table: shops, file: shops, columns: [id], open: true, becomes: accounts}
"""
ACCOUNTS = "select id as account_id, getvariable('lines') as account_name from source.shops"


def shop_of(tmp_path: Path, options: str) -> Path:
    """A company with one source, whose options are written as YAML."""
    shop = tmp_path / "importers" / "shop"
    shop.mkdir(parents=True)
    (shop / "system.yml").write_text(SYSTEM)
    (shop / "accounts.sql").write_text(ACCOUNTS)
    (tmp_path / "shops.csv").write_text("id,Owner\na,b\n")
    company = tmp_path / "company.yml"
    company.write_text(
        "importers: importers\n"
        f"sources: [{{system: shop, from: shops.csv, options: {{{options}}}}}]\n"
    )
    return company


@pytest.mark.parametrize(
    ("said", "understood"),
    [("no", "no"), ("No", "no"), ("'NO'", "no"), ("off", "no"), ("true", "yes"), ("yes", "yes")],
)
def test_an_unquoted_no_is_a_no(tmp_path: Path, said: str, understood: str) -> None:
    raw = tmp_path / "raw"
    import_all(shop_of(tmp_path, f"lines: {said}"), raw)
    accounts = raw / "accounts" / "shop.parquet"
    assert duckdb.execute(f"select account_name from '{accounts}'").fetchall() == [(understood,)]
    kept = json.loads((raw / "import.json").read_text())["imports"]["shop"]["options"]
    assert kept == {"lines": understood}


def test_another_word_is_refused_in_one_line(tmp_path: Path) -> None:
    company = shop_of(tmp_path, "lines: maybe")
    with pytest.raises(BadInput, match=r"^shop: option lines is yes or no, not 'maybe'$"):
        import_all(company, tmp_path / "raw")


def test_a_column_that_is_nowhere_is_listed(tmp_path: Path) -> None:
    (done,), _ = import_all(shop_of(tmp_path, "owner_field: owner"), tmp_path / "raw")
    assert ("option owner_field", "no table of the export has the column owner") in done.left_out
    (tmp_path / "company.yml").write_text(
        (tmp_path / "company.yml").read_text().replace("owner}", "Owner}")
    )
    (done,), _ = import_all(tmp_path / "company.yml", tmp_path / "raw")
    assert done.left_out == []


@pytest.mark.parametrize(
    ("system", "name", "told", "allowed"),
    [
        ("salesforce", "contract_lines", "maybe", "yes or no"),
        ("hubspot", "contract_lines", "", "yes or no"),
        ("segment", "without_account", "keep", "left out or kept"),
        ("salesforce", "price_covers", "week", "term, year, half_year, quarter or month"),
        ("salesforce", "timezone", "Tokio", "an IANA time zone such as Asia/Tokyo"),
        ("cube", "factor", "千", "a number above 0"),
        ("cube", "factor", "0", "a number above 0"),
        ("cube", "currency", "円", "three letters such as EUR"),
        ("hubspot", "amount_months", "1.5", "a whole number above 0"),
        ("stripe", "exported_on", "gestern", "a day such as 2025-01-31"),
        ("zendesk", "topics", "bug", "`word=code` with semicolons between them"),
    ],
)
def test_what_an_option_does_not_allow(system: str, name: str, told: str, allowed: str) -> None:
    options = read_system(system).options
    with pytest.raises(BadInput) as caught:
        read_options(system, options, {name: told})
    assert str(caught.value) == f"{system}: option {name} is {allowed}, not {told!r}"


@pytest.mark.parametrize(
    ("system", "name", "told", "read"),
    [
        ("segment", "pages", "Counted", "counted"),
        ("salesforce", "date_order", None, ""),
        ("salesforce", "product", None, ""),
        ("salesforce", "term_months", "１２", "12"),
        ("cube", "factor", "1,000", "1000"),
        ("cube", "customer", None, None),
        ("cube", "currency", "usd", "USD"),
        ("stripe", "exported_on", "2025/6/1", "2025-06-01"),
        ("posthog", "user", "Person_ID", "person_id"),
    ],
)
def test_what_an_option_means(system: str, name: str, told: str | None, read: str | None) -> None:
    assert read_options(system, read_system(system).options, {name: told})[name] == read


@pytest.mark.parametrize("system", list_systems())
def test_every_system_that_comes_along_says_of_what_kind_its_options_are(system: str) -> None:
    for name, option in read_system(system).options.items():
        assert option.model_fields_set & {"kind", "values"}, f"{system}: {name}"


def test_a_system_of_ones_own_may_leave_it_out() -> None:
    free = Option.model_validate(yaml.safe_load("{default: 12, meaning: months}"))
    assert (free.read("Anything"), free.read(free.default)) == ("Anything", "12")


def test_a_default_that_is_not_allowed_stops_the_system(tmp_path: Path) -> None:
    company = shop_of(tmp_path, "")
    text = SYSTEM.replace("default: yes", "default: perhaps")
    (tmp_path / "importers" / "shop" / "system.yml").write_text(text)
    with pytest.raises(BadInput, match=r"system.yml: option lines is yes or no, not 'perhaps'"):
        import_all(company, tmp_path / "raw")
