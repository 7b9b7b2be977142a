"""Account links: short ids of Salesforce are completed, links that nothing uses are listed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from expansion_warehouse.importers.importer import ImportOptions, run_import

SHORT, LONG = "001A000001abcDE", "001A000001abcDEIAY"


def linked(tmp_path: Path, *ids: str) -> tuple[str, list[tuple[str, str, tuple[str, ...]]]]:
    export = tmp_path / "export"
    export.mkdir()
    (export / "account.csv").write_text(f"Id,Name\n{LONG},A\n")
    links = tmp_path / "links.csv"
    rows = "".join(f"salesforce,{given},cust1\n" for given in ids)
    links.write_text(f"system,foreign_id,account_id\n{rows}")
    raw = tmp_path / "raw"
    done = run_import("salesforce", export, raw, told=ImportOptions(links=links))
    ((account,),) = duckdb.execute(
        f"select account_id from '{raw}/accounts/salesforce.parquet'"
    ).fetchall()
    idle = [loss for loss in done.losses if loss.kind in ("unlinked", "unused_links")]
    return account, [(loss.kind, loss.words, loss.keys) for loss in idle]


@pytest.mark.parametrize("given", [(SHORT,), (LONG,), (SHORT, LONG)])
def test_a_link_has_the_short_id_or_the_long_one(tmp_path: Path, given: tuple[str, ...]) -> None:
    assert linked(tmp_path, *given) == ("cust1", [])


def test_the_case_of_a_short_id_counts(tmp_path: Path) -> None:
    account, idle = linked(tmp_path, SHORT.lower())
    assert account == LONG and [kind for kind, _, _ in idle] == ["unlinked", "unused_links"]


def test_a_link_that_nothing_uses_is_listed(tmp_path: Path) -> None:
    account, idle = linked(tmp_path, SHORT, "A-77")
    why = "1 of 2 rows: links of ids that nothing in the export has"
    assert (account, idle) == ("cust1", [("unused_links", why, ("A-77",))])
