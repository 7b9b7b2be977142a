"""The mappings that come along, each on a small export of its tool."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from builds import PROJECT
from expansion_warehouse.importers.importer import ImportSummary, import_system
from expansion_warehouse.importers.mapping import read_mapping
from expansion_warehouse.importers.system import IMPORTERS
from expansion_warehouse.raw.contract import read_contract
from exports.japanese_tools import EXPORTS

MAPPINGS = IMPORTERS / "mappings"
CONTRACT = {table.name: table for table in read_contract(PROJECT)}

# Rows that arrive by table, and rows that are left out by the reason.
EXPECTED: dict[str, tuple[dict[str, int], dict[str, int]]] = {
    "sansan_cards": (
        {"contacts": 3, "account_signals": 1},
        {"has left, on a day that the card does not say": 1, "no transfer was announced": 3},
    ),
    "satori_actions": ({"engagement_events": 2}, {"a visitor whom nobody knows yet": 1}),
    "kairos3_leads": (
        {"contacts": 2, "engagement_events": 2},
        {"the contract has no kind of event for it": 1},
    ),
    "esales_manager": ({"proposals": 3, "actions": 3}, {"no offer to a customer": 1}),
    "zoho_deals": ({"proposals": 2}, {"no offer to a customer": 1}),
    "pardot_activities": (
        {"engagement_events": 2},
        {"a visitor whom nobody knows yet": 1, "the contract has no kind of event for it": 1},
    ),
    "loov_views": ({"engagement_events": 2}, {}),
    "web_meetings": ({"actions": 1}, {"a meeting without a customer": 1}),
    "call_notes": ({"actions": 2}, {"a call among colleagues": 1}),
    "contracts": (
        {"contract_lines": 3, "accounts": 3, "products": 2, "plans": 3},
        {
            "nothing was signed yet": 1,
            "a total says nothing that its rows do not say": 2,
        },
    ),
}
# The one value that no spelling explains, written to arrive as it came.
BROKEN = {("contracts", "unit_price"): "五千"}

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?")


def imported(name: str, folder: Path) -> ImportSummary:
    export = folder / "export"
    export.mkdir()
    mapping = MAPPINGS / f"{name}.yml"
    encoding = yaml.safe_load(mapping.read_text(encoding="utf-8")).get("encoding", "utf-8")
    for file, text in EXPORTS[name].items():
        (export / file).write_bytes(text.replace("\n", "\r\n").encode(encoding))
    return import_system(read_mapping(mapping), export, folder / "raw")


def rows_of(raw: Path, table: str) -> list[dict[str, Any]]:
    found = duckdb.execute(f"from '{raw}/{table}/csv.parquet'")
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_every_mapping_is_tried_and_says_that_it_was_not_tried_for_real() -> None:
    there = {path.stem: path.read_text(encoding="utf-8") for path in MAPPINGS.glob("*.yml")}
    assert there.keys() == {*EXPECTED, "kintone_contracts"} and EXPECTED.keys() == EXPORTS.keys()
    for name, text in there.items():
        assert name == "contracts" or "ot tried on a real export" in text, name


@pytest.mark.parametrize("name", EXPECTED)
def test_rows_arrive_or_are_left_out_for_a_stated_reason(name: str, tmp_path: Path) -> None:
    done = imported(name, tmp_path)
    arrived, left_out = EXPECTED[name]
    assert done.rows_out == arrived
    counted: dict[str, int] = {}
    for loss in done.losses:
        assert loss.kind in ("rows", "column"), loss
        if loss.kind == "rows":
            counted[loss.reason] = counted.get(loss.reason, 0) + (loss.rows or 0)
    assert {why: rows for why, rows in counted.items() if rows} == left_out


@pytest.mark.parametrize("name", EXPECTED)
def test_what_arrives_is_what_the_contract_allows(name: str, tmp_path: Path) -> None:
    done = imported(name, tmp_path)
    for table in done.rows_out:
        for row in rows_of(tmp_path / "raw", table):
            for column, value in row.items():
                known = CONTRACT[table].column(column)
                assert known is not None
                assert value is not None or not known.required, (table, column, row)
                if known.values and value is not None:
                    assert value in known.values, (table, column, value)
                if known.data_type != "varchar" and isinstance(value, str):
                    # Which day a moment is, the warehouse says; anything else is broken.
                    is_moment = _MOMENT.fullmatch(value) and known.data_type in (
                        "timestamp",
                        "date",
                    )
                    is_broken = column in {at for of, at in BROKEN if of == name}
                    assert is_moment or is_broken, (table, column, value)


def test_units_shares_days_and_codes_are_translated(tmp_path: Path) -> None:
    imported("contracts", tmp_path)
    lines = {row["contract_line_id"]: row for row in rows_of(tmp_path / "raw", "contract_lines")}
    first, second, third = (lines[line] for line in ("K-1-1", "K-1-2", "K-2-1"))
    assert (first["product_id"], first["unit_price"], float(first["discount_rate"])) == (
        "本体",
        "1500",
        0.1,
    )
    assert (str(first["starts_on"]), first["ends_on"]) == ("2025-04-01", None)
    assert (second["quantity"], second["unit_price"]) == (1, "20000")
    assert str(second["ends_on"]) == "2025-09-30"
    assert third["unit_price"] == "五千"
    plans = {row["plan_id"]: row["tier_rank"] for row in rows_of(tmp_path / "raw", "plans")}
    assert plans == {"フリー": 0, "スタンダード": 1, "ビジネス": 2}


def test_an_amount_of_a_year_is_an_amount_of_a_month(tmp_path: Path) -> None:
    imported("zoho_deals", tmp_path)
    deals = rows_of(tmp_path / "raw", "proposals")
    assert [(deal["proposed_mrr"], deal["currency"]) for deal in deals] == [
        (100_000, "JPY"),
        (30_000, "JPY"),
    ]


def test_a_lead_of_kairos3_is_known_without_its_address(tmp_path: Path) -> None:
    imported("kairos3_leads", tmp_path)
    contacts = rows_of(tmp_path / "raw", "contacts")
    events = rows_of(tmp_path / "raw", "engagement_events")
    assert len({row["contact_id"] for row in contacts}) == 2
    assert not [value for row in contacts + events for value in row.values() if "@" in str(value)]


def test_two_pages_of_one_second_are_two_events(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    seconds = EXPORTS["satori_actions"]["dmp.csv"].replace("10:01:30", "10:00:00")
    (export / "dmp.csv").write_text(seconds, encoding="utf-8")
    import_system(read_mapping(MAPPINGS / "satori_actions.yml"), export, tmp_path / "raw")
    events = rows_of(tmp_path / "raw", "engagement_events")
    assert len({row["event_id"] for row in events}) == len(events) == 2
