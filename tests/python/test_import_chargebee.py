"""Chargebee exports of invented companies: every shape gives the MRR that the company knows."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import imported_book
from expansion_warehouse.importers.importer import ImportOptions, ImportSummary, run_import
from exports import chargebee
from exports.chargebee import Company

CURRENCIES = ("USD", "EUR", "JPY")


def bring_in(found: Company, export: Path, raw: Path) -> ImportSummary:
    return run_import(
        "chargebee", export, raw, told=ImportOptions(options={"time_zone": found.zone})
    )


def lists(found: Company, export: Path) -> None:
    chargebee.write_lists(found, export)


def lines(found: Company, export: Path) -> None:
    chargebee.write_lists(found, export, "jsonl")


@pytest.mark.parametrize(
    ("write", "layout", "catalogue", "seed"),
    [
        (lists, "api", 2, 11),
        (lists, "api", 2, 12),
        (lines, "api", 1, 13),
        (chargebee.write_tables, "tables", 2, 14),
        (chargebee.write_tables, "tables", 1, 301),
    ],
)
def test_the_mrr_of_every_month_is_the_company_s(
    write: Any, layout: str, catalogue: int, seed: int, tmp_path: Path
) -> None:
    found = chargebee.company(seed, catalogue=catalogue)
    write(found, tmp_path / "export")
    done = bring_in(found, tmp_path / "export", tmp_path / "raw")
    assert done.layout == layout
    result = imported_book.ledger(
        imported_book.book(tmp_path / "raw", *CURRENCIES), found.today, "USD"
    )
    assert not result.rejected
    assert imported_book.gross(result, found.today) == found.gross()
    assert imported_book.net(result, found.today) == found.net()


def test_documents_and_single_charges_keep_their_money(tmp_path: Path) -> None:
    found = chargebee.company(21)
    lists(found, tmp_path / "export")
    bring_in(found, tmp_path / "export", tmp_path / "raw")
    billed: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in imported_book.table(tmp_path / "raw", "invoices"):
        kind = "void" if row["status"] == "void" else str(row["kind"])
        billed[kind, str(row["currency"])] += Decimal(str(row["amount"]))
    assert billed == money(found.billed)
    once: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in imported_book.table(tmp_path / "raw", "contract_lines"):
        if row["amount"] is not None and row["status"] != "void":
            once[str(row["charge_type"]), str(row["currency"])] += Decimal(str(row["amount"]))
    assert once == money(found.once)


def money(coins: dict[tuple[str, str], int]) -> dict[tuple[str, str], Decimal]:
    return {key: Decimal(worth) / chargebee.COINS[key[1]] for key, worth in coins.items()}


def test_the_same_export_gives_the_same_bytes(tmp_path: Path) -> None:
    found = chargebee.company(31, size=4)
    lists(found, tmp_path / "export")
    for name in ("one", "two"):
        bring_in(found, tmp_path / "export", tmp_path / name)
    assert prints(tmp_path / "one") == prints(tmp_path / "two")
    # The order of rows is no part of an export.
    for path in (tmp_path / "export").iterdir():
        rows = json.loads(path.read_text())["list"]
        path.write_text(json.dumps({"list": rows[::-1]}))
    bring_in(found, tmp_path / "export", tmp_path / "three")
    assert prints(tmp_path / "one") == prints(tmp_path / "three")


def prints(raw: Path) -> dict[str, str]:
    return {
        str(path.relative_to(raw)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(raw.rglob("*.parquet"))
    }
