"""The accounts of docs/specification/cases.md and of the guards (docs/specification/offers.md)."""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from pathlib import Path

import duckdb

from expansion_warehouse.sample.edge_cases import (
    bad_data,
    dates,
    guards,
    movements,
    normalisation,
    success,
    time_travel,
)
from expansion_warehouse.sample.edge_cases.rows import EdgeCase, Row
from expansion_warehouse.sample.tables import TABLES

LAST_CASE = 112

CASES: tuple[EdgeCase, ...] = (
    *normalisation.CASES,
    *dates.CASES,
    *bad_data.CASES,
    *movements.CASES,
    *time_travel.CASES,
    *success.CASES,
    *guards.CASES,
)

GUARDS = guards.GUARDS

# Cases that no account stands for, with the reason.
LEFT_OUT: dict[str, str] = {
    "E29": "about the as-of date of a build, not about data",
    "E53": "a currency without a rate stops every build",
    "E57": "an amount of 1e15 would drown every total",
    "E93": "about building a closed month again with more rows",
    "E94": "about asking what was known on an earlier day",
    "E96": "about the order of the raw rows",
}

_PRODUCTS: tuple[Row, ...] = (
    {"product_id": "EDGE-BASE", "product_name": "Edge base"},
    {"product_id": "EDGE-OTHER", "product_name": "Edge other"},
    {"product_id": "EDGE-THIRD", "product_name": "Edge third"},
    {
        "product_id": "EDGE-ADD-ON",
        "product_name": "Edge add-on",
        "parent_product_id": "EDGE-BASE",
    },
    {
        "product_id": "EDGE-OLD",
        "product_name": "Edge old",
        "successor_product_id": "EDGE-NEW",
    },
    {"product_id": "EDGE-NEW", "product_name": "Edge new"},
    {"product_id": "EDGE-FLAT", "product_name": "Edge flat"},
    {"product_id": "EDGE-BASKET-A", "product_name": "Edge basket A"},
    {"product_id": "EDGE-BASKET-B", "product_name": "Edge basket B"},
)

_PLANS: tuple[Row, ...] = tuple(
    {
        "plan_id": f"EDGE-{name.upper()}",
        "product_id": "EDGE-BASE",
        "plan_name": name,
        "tier_rank": tier,
        "list_price_per_seat_month": price,
        "currency": "JPY",
        "is_public": True,
    }
    for name, tier, price in (("Free", 0, "0"), ("Basic", 1, "1000"), ("Pro", 2, "1600"))
)


def count_accounts() -> int:
    """Different accounts of all cases, however they are spelled."""
    return len({_normal(account) for case in CASES for account in case.account_ids})


def insert_edge_cases(con: duckdb.DuckDBPyConnection, scratch: Path) -> None:
    """Add every case to the raw tables of a session and to the hidden truth.

    The rows pass through a JSON file in `scratch`, which takes them typed and all at once.
    """
    tables: dict[str, list[Row]] = defaultdict(list)
    for product in _PRODUCTS:
        tables["products"].append(
            {
                "product_family": "edge_case",
                "gross_margin_rate": "0.8",
                "available_from": "2020-04-01",
                **product,
            }
        )
    tables["plans"].extend(_PLANS)
    for case in CASES:
        for table, row in case.rows:
            tables[table].append(row)
    for table, rows in tables.items():
        _insert(con, f"raw.{table}", TABLES[table], rows, scratch)
    truth = _truth_rows()
    _insert(con, "truth.accounts", dict.fromkeys(truth[0], "varchar"), truth, scratch)


def _truth_rows() -> list[Row]:
    """One row per account: the case it stands for."""
    return [
        {
            "account_id": account,
            "kind": "edge_case",
            "edge_case": case.code,
            "edge_title": case.title,
        }
        for case in CASES
        for account in sorted({_normal(account) for account in case.account_ids})
    ]


def _insert(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: dict[str, str],
    rows: list[Row],
    scratch: Path,
) -> None:
    path = scratch / "rows.json"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    typed = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    name = str(path).replace("'", "''")
    con.execute(
        f"insert into {table} by name "
        f"select * from read_json('{name}', format = 'newline_delimited', columns = {{{typed}}})"
    )
    path.unlink()


def _normal(account_id: str) -> str:
    """The id as the warehouse matches it."""
    return unicodedata.normalize("NFKC", account_id).strip().upper()
