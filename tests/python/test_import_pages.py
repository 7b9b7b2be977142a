"""Pages of an API that say there are more: without the last one the export is not complete."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from expansion_warehouse.cli import app
from expansion_warehouse.importers.files.pages import more_follows
from expansion_warehouse.importers.importer import run_import

CUSTOMER = {"id": "cus_1", "name": "A", "created": 1735689600, "livemode": True}
SUBSCRIPTION = {"id": "sub_1", "customer": "cus_1", "status": "active", "created": 1735689600}


def listed(*rows: dict[str, Any], more: bool) -> dict[str, Any]:
    return {"object": "list", "data": list(rows), "has_more": more}


def write(folder: Path, **files: Any) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/')}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content))
    return folder


def incomplete(export: Path, raw: Path, system: str = "stripe") -> list[tuple[str, str]]:
    done = run_import(system, export, raw)
    first = [loss.kind == "incomplete" for loss in done.losses]
    assert first == sorted(first, reverse=True)
    return [(loss.what, loss.words) for loss in done.losses if loss.kind == "incomplete"]


def test_one_page_of_several_is_told_first(tmp_path: Path) -> None:
    export = write(
        tmp_path / "export",
        customers=listed(CUSTOMER, more=False),
        subscriptions=listed(SUBSCRIPTION, more=True),
    )
    said = (
        "subscriptions.json says that there are further pages (has_more), and the last one is not "
        "here: export all pages"
    )
    assert incomplete(export, tmp_path / "raw") == [("subscriptions", said)]
    entry = json.loads((tmp_path / "raw" / "import.json").read_text())["imports"]["stripe"]
    lost = entry["losses"][0]
    assert (lost["kind"], lost["rows"], lost["keys"]) == (
        "incomplete",
        None,
        ["subscriptions.json"],
    )
    words = ["import", "stripe", "--from", str(export), "--to", str(tmp_path / "raw")]
    done = CliRunner().invoke(app, words, env={"COLUMNS": "300"})
    assert done.output.startswith("WARNING: the export of stripe is not complete")
    assert f"  subscriptions: {said}\n" in done.output


def test_all_pages_are_no_loss(tmp_path: Path) -> None:
    """Every page but the last says that more follow, whatever the order of their names."""
    second = {**CUSTOMER, "id": "cus_2"}
    export = write(
        tmp_path / "export",
        customers__1=listed(CUSTOMER, more=False),
        customers__2=listed(second, more=True),
        subscriptions=listed(SUBSCRIPTION, more=False),
    )
    assert incomplete(export, tmp_path / "raw") == []
    (export / "customers" / "1.json").unlink()
    (told,) = incomplete(export, tmp_path / "raw")
    assert told[0] == "customers"
    (export / "customers" / "2.json").unlink()
    pages = [listed(CUSTOMER, more=True), listed(second, more=False)]
    (export / "customers" / "all.jsonl").write_text("\n".join(map(json.dumps, pages)))
    assert incomplete(export, tmp_path / "raw") == []


def test_a_list_that_is_cut_off_inside_of_a_row(tmp_path: Path) -> None:
    items = listed({"id": "si_1", "price": "p", "quantity": 1}, more=True)
    export = write(
        tmp_path / "export",
        customers=[CUSTOMER],
        subscriptions=[{**SUBSCRIPTION, "items": items}, {**SUBSCRIPTION, "id": "sub_2"}],
    )
    said = (
        "1 of 2 rows: the list ends before its end (has_more): export the rest as "
        "subscription_items"
    )
    assert incomplete(export, tmp_path / "raw") == [("subscriptions.items", said)]
    rest = {"id": "si_2", "subscription": "sub_1", "price": "p", "quantity": 2}
    write(export, subscription_items=[rest])
    assert incomplete(export, tmp_path / "raw") == []


def test_pages_of_zendesk_and_chargebee(tmp_path: Path) -> None:
    ticket = {"id": 1, "created_at": "2025-04-01T00:00:00Z", "status": "open"}
    page: dict[str, Any] = {"tickets": [ticket], "end_of_stream": False, "next_page": "https://x"}
    help_desk = write(tmp_path / "zendesk", tickets=page)
    (told,) = incomplete(help_desk, tmp_path / "raw1", "zendesk")
    assert "(end_of_stream)" in told[1]
    write(help_desk, tickets={**page, "end_of_stream": True})
    assert incomplete(help_desk, tmp_path / "raw1", "zendesk") == []
    customers = {"list": [{"customer": {"id": "c"}}], "next_offset": '["1","2"]'}
    billing = write(tmp_path / "chargebee", customers=customers, subscriptions={"list": []})
    (told,) = incomplete(billing, tmp_path / "raw2", "chargebee")
    assert "(next_offset)" in told[1]


def test_a_page_that_is_longer_than_what_is_read_at_once(tmp_path: Path) -> None:
    rows = [{**CUSTOMER, "id": f"cus_{n}", "description": "x" * 1000} for n in range(1500)]
    export = write(
        tmp_path / "export", customers=listed(*rows, more=True), subscriptions=[SUBSCRIPTION]
    )
    (told,) = incomplete(export, tmp_path / "raw")
    assert told[0] == "customers"


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ({"has_more": "true"}, "has_more"),
        ({"end_of_stream": True, "next_page": "https://x", "after_cursor": "x"}, None),
        ({"done": False, "nextRecordsUrl": "/x", "totalSize": 3}, "done"),
        ({"paging": {"next": {"after": "2"}}}, "next"),
        ({"meta": {"has_more": False}, "links": {"next": "https://x"}}, None),
        ({"next_page": None, "count": 5000}, None),
        ({"next_page": 2, "page": 1}, "next_page"),
        ({"next": "", "previous": None}, None),
        ({}, None),
    ],
)
def test_what_a_page_says(page: dict[str, Any], key: str | None) -> None:
    assert more_follows(page) == key
